import assert from "node:assert/strict";
import { test } from "node:test";
import { fadeGain, gatedLoudness, loudnessOf, Matching, matchingDb } from "../src/loudness.ts";

const near = (actual: number | null, expected: number, within = 0.01): void =>
  assert.ok(actual !== null && Math.abs(actual - expected) < within, `${actual} is not ${expected}`);

/** The mean square of a block of this loudness. */
const block = (loudness: number): number => 10 ** ((loudness + 0.691) / 10);
const blocks = (loudness: number, count: number): number[] => Array.from({ length: count }, () => block(loudness));

function heard(voices: Record<string, number[]>): Matching {
  const matching = new Matching();
  for (const [voice, squares] of Object.entries(voices)) for (const square of squares) matching.hear(voice, square);
  return matching;
}

test("a full-scale sine that the weighting lets through as it is reads -3.7", () => near(loudnessOf(0.5), -3.7));

for (const [name, squares, expected] of [
  ["steady speech", blocks(-23, 20), -23],
  ["speech with digital silence", [...blocks(-23, 20), ...Array.from({ length: 50 }, () => 0)], -23],
  ["speech with pauses in a quiet room", [...blocks(-23, 20), ...blocks(-60, 50)], -23],
  ["speech with soft words", [...blocks(-20, 10), ...blocks(-26, 10)], -22.04],
] as [string, number[], number][]) {
  test(`the loudness of ${name} is that of its words`, () => near(gatedLoudness(squares), expected));
}

for (const [name, squares] of [
  ["nothing", []],
  ["digital silence", [0, 0, 0]],
  ["a hiss far below speech", blocks(-75, 30)],
] as [string, number[]][]) {
  test(`${name} has no loudness`, () => assert.equal(gatedLoudness(squares), null));
}

for (const [name, loudness, wanted, expected] of [
  ["softer", -28, -20, 8],
  ["louder", -14, -20, -6],
  ["as loud", -20, -20, 0],
  ["hardly heard", -60, -20, 12],
  ["overdriven", 0, -30, -12],
  ["not heard yet", null, -20, 0],
  ["alone", -28, null, 0],
] as const) {
  test(`a voice that is ${name} is given ${expected} dB`, () => assert.equal(matchingDb(loudness, wanted), expected));
}

test("a human is made as loud as the machine was, pauses or not", () => {
  const matching = heard({ maria: [...blocks(-28, 30), ...blocks(-65, 30)], machine: blocks(-20, 30) });

  near(matching.gainDb("maria", "machine"), 8);
});

test("the first moments of a voice say nothing of its loudness", () => {
  const matching = heard({ maria: blocks(-40, 4), machine: blocks(-20, 30) });

  assert.equal(matching.gainDb("maria", "machine"), 0);
});

test("silence after a voice does not make it be forgotten", () => {
  const matching = heard({ maria: [...blocks(-28, 30), ...blocks(-90, 1000)], machine: blocks(-20, 30) });

  near(matching.gainDb("maria", "machine"), 8);
});

test("who moves away from the microphone is made louder", () => {
  const matching = heard({ maria: [...blocks(-20, 300), ...blocks(-26, 300)], machine: blocks(-20, 30) });

  near(matching.gainDb("maria", "machine"), 6);
});

for (const part of [0, 0.1, 0.5, 0.9, 1]) {
  test(`two voices that swap keep their power at ${part} of the way`, () => {
    near(fadeGain(0, 1, part) ** 2 + fadeGain(1, 0, part) ** 2, 1, 1e-9);
  });
}

test("a fade begins and ends where it should, and stays there", () => {
  near(fadeGain(0.2, 1, -1), 0.2, 1e-9);
  near(fadeGain(0.2, 1, 0), 0.2, 1e-9);
  near(fadeGain(0.2, 1, 1), 1, 1e-9);
  near(fadeGain(0.2, 1, 7), 1, 1e-9);
});
