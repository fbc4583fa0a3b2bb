import assert from "node:assert/strict";
import { test } from "node:test";
import { SharedBooth } from "../src/console_booth.ts";
import type { Desk } from "../src/console_desk.ts";
import type { ConsoleRoom } from "../src/console_room.ts";

const MARIA = "interpreter-maria";
const ended = JSON.stringify({
  staff: { es: { human: MARIA, shift_since_s: 5, handover: { number: 2, step: "done", giver: "interpreter-joan", taker: MARIA, by: MARIA, minutes: 0, answer_by_s: 60, due_s: 0 } } },
});

test("a handover that ended long ago is no news after an outage", () => {
  const room = { metadata: ended };
  const told: string[] = [];
  const desk = { outgoing: "es", me: MARIA };
  const booth = new SharedBooth(["es", "en"], room as unknown as ConsoleRoom, desk as unknown as Desk, { onHandover: (tag) => told.push(tag), onTrouble: () => undefined });
  booth.follow();
  room.metadata = ""; // a room that is not entered yet
  booth.follow();
  assert.equal(booth.shiftSinceS, 5);
  room.metadata = ended;
  booth.follow();
  assert.deepEqual(told, []);
});
