import assert from "node:assert/strict";
import { test } from "node:test";
import { shiftWarning } from "../src/console_words.ts";
import { RoomClock } from "../src/room_clock.ts";
import { shiftOf } from "../src/shift.ts";

for (const [minutes, sinceS, nowS, leftS, isEnding, isOver] of [
  [20, null, 500, 1200, false, false],
  [20, 100, 400, 900, false, false],
  [10, 100, 640, 60, true, false],
  [10, 100, 700, 0, true, true],
  [30, 100, 700, 1200, false, false],
] as const) {
  test(`a shift of ${minutes} min since ${sinceS} at ${nowS}`, () => assert.deepEqual(shiftOf(minutes, sinceS, nowS), { leftS, isEnding, isOver }));
}

test("the last minute and the end of a shift are spoken, each once", () => {
  const at = (nowS: number) => shiftOf(10, 0, nowS);
  const spoken = (beforeS: number, nowS: number) => shiftWarning(at(beforeS), at(nowS))?.key;
  assert.equal(spoken(539, 539.5), undefined);
  assert.equal(spoken(539.5, 540), "shift_ending_said");
  assert.equal(spoken(540, 541), undefined);
  assert.equal(spoken(599.9, 600), "shift_over_said");
  assert.equal(spoken(600, 601), undefined);
  assert.equal(shiftWarning(null, at(550)), null);
});

test("the room's clock is that of its fastest message, and this machine's until one comes", () => {
  const clock = new RoomClock();
  assert.equal(clock.at(5, 42), 42);
  clock.hear(100, 3);
  clock.hear(100.2, 4);
  assert.equal(clock.at(5, 42), 102);
  clock.clear();
  assert.equal(clock.at(5, 42), 42);
});
