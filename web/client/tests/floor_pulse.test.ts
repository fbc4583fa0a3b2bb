import assert from "node:assert/strict";
import { test } from "node:test";
import { FloorPulse } from "../src/floor_pulse.ts";

function listening(pulse: FloorPulse, fromS: number, untilS: number): FloorPulse {
  for (let atS = fromS; atS <= untilS; atS += 0.5) pulse.look(atS);
  return pulse;
}

test("a floor agent that tells nothing for long is away, until it tells again", () => {
  const pulse = new FloorPulse();
  pulse.told();

  assert.equal(listening(pulse, 0, 6).isAway, false);
  assert.equal(listening(pulse, 6.5, 6.5).isAway, true);
  pulse.told();
  assert.equal(pulse.isAway, false);
});

test("who has told nothing yet is not away", () => {
  assert.equal(listening(new FloorPulse(), 0, 60).isAway, false);
});

test("a page that was put to sleep does not take what it missed for silence", () => {
  const pulse = new FloorPulse();
  pulse.told();
  listening(pulse, 0, 1);

  pulse.look(600);

  assert.equal(pulse.isAway, false);
});

test("a page that comes back into the room waits anew", () => {
  const pulse = new FloorPulse();
  pulse.told();
  listening(pulse, 0, 20);

  pulse.enter(false);

  assert.equal(pulse.isAway, false);
  assert.equal(listening(pulse, 20, 30).isAway, true);
});

test("of another session nothing is told yet", () => {
  const pulse = new FloorPulse();
  pulse.told();
  listening(pulse, 0, 20);

  pulse.enter(true);

  assert.equal(listening(pulse, 20, 40).isAway, false);
});
