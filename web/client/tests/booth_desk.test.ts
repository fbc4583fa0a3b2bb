import assert from "node:assert/strict";
import { test } from "node:test";

Object.defineProperty(globalThis, "navigator", { value: { userAgent: "" }, configurable: true });
const { BoothDesk } = await import("../src/booth_desk.ts");

test("who has left the booth asks for no more messages", async (context) => {
  context.mock.timers.enable({ apis: ["setInterval"] });
  const asked = context.mock.method(globalThis, "fetch", async () => Response.json({ messages: [] }));
  const grant = { url: "", token: "", identity: "interpreter-maria", room: "m1", clock_zero: 0, spoken: [], offered: [] };
  const nothing = (): void => undefined;
  const events = { onChange: nothing, onNews: nothing, onRefused: nothing, onAudio: nothing, onAudioGone: nothing, onUnpublished: nothing };
  const desk = new BoothDesk(["es"], "m1", () => grant, async () => undefined, events);
  context.mock.timers.tick(15_000);
  await new Promise((resolve) => setImmediate(resolve));
  assert.equal(asked.mock.callCount(), 1);
  await desk.leave();
  context.mock.timers.tick(60_000);
  assert.equal(asked.mock.callCount(), 1);
});
