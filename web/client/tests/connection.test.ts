import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { Room, RoomEvent } from "livekit-client";
import type { Entry } from "../src/api.ts";
import type { Handlers } from "../src/connection.ts";

Object.defineProperty(globalThis, "navigator", { value: { userAgent: "" }, configurable: true });
const { Connection } = await import("../src/connection.ts");

const nothing = (): void => undefined;
const handlers: Handlers<Entry> = {
  onStatus: nothing, onGranted: nothing, onJoined: nothing, onChange: nothing, onAudio: nothing, onAudioGone: nothing, onPublisherGone: nothing,
};
const grants = (rooms: string[]) => async (): Promise<Entry> => ({ url: "", token: "", identity: "", room: rooms.shift() ?? "last" });
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Rooms that connect at once; tells which, and whether each was left with its microphones stopped. */
function emptyRooms(context: TestContext): { rooms: Room[]; stopped: boolean[] } {
  const [rooms, stopped]: [Room[], boolean[]] = [[], []];
  replace(context, "connect", async function (this: Room) {
    rooms.push(this);
  });
  replace(context, "disconnect", async function (this: Room, isStopped = true) {
    stopped.push(isStopped);
    this.emit(RoomEvent.Disconnected);
  });
  return { rooms, stopped };
}

/** A room's constructor assigns its methods; what is assigned here is passed over. */
function replace(context: TestContext, name: "connect" | "disconnect", method: (this: Room, isStopped?: boolean) => Promise<void>): void {
  Object.defineProperty(Room.prototype, name, { get: () => method, set: nothing, configurable: true });
  context.after(() => Reflect.deleteProperty(Room.prototype, name));
}

test("the microphone goes on when the meeting has moved to another room", async (context) => {
  context.mock.timers.enable({ apis: ["setInterval"] });
  const { rooms, stopped } = emptyRooms(context);
  const connection = new Connection<Entry>(grants(["one", "two"]), handlers, { retryDelaysMs: [0] });
  const running = connection.run();
  await settled();
  rooms[0]?.emit(RoomEvent.Reconnecting);
  context.mock.timers.tick(2500);
  await settled();
  assert.deepEqual(stopped, [false]);
  await connection.leave();
  await running;
});

test("who leaves a room keeps the microphone for the next one", async (context) => {
  const { stopped } = emptyRooms(context);
  const connection = new Connection<Entry>(grants(["one"]), handlers);
  const running = connection.run();
  await settled();
  await connection.leave();
  await running;
  assert.deepEqual(stopped, [false]);
});
