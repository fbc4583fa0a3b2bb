import assert from "node:assert/strict";
import { test } from "node:test";
import type { CaptionFrame } from "../src/captions.ts";
import { clock, gapBetween, paragraphs, splitStable, unsteered } from "../src/paragraphs.ts";

function frame(text: string, startS: number, changes: Partial<CaptionFrame> = {}): CaptionFrame {
  return {
    segment: `en-es.1.${startS}`,
    revision: 0,
    seq: 0,
    isFinal: true,
    language: "es",
    origin: "machine",
    speaker: "Ana",
    startS,
    endS: startS + 1,
    sentS: 0,
    text,
    epoch: 1,
    sourceSegments: [],
    glossaryHits: [],
    stableLength: 0,
    textLanguage: "es",
    ...changes,
  };
}

const lines = (finals: CaptionFrame[], open: CaptionFrame[] = []): string[] =>
  paragraphs(finals, open).map(({ pieces }) => pieces.map(({ text }) => text).join("|"));

test("segments of one sentence flow into one line, the open one at its end", () => {
  assert.deepEqual(lines([frame("La ciudad", 1), frame("necesita", 2)], [frame("agua", 3)]), ["La ciudad|necesita|agua"]);
});

test("a sentence's end begins a new line", () => {
  assert.deepEqual(lines([frame("Gracias.", 1), frame("«¿Quién?»", 2), frame("Yo", 3)]), ["Gracias.", "«¿Quién?»", "Yo"]);
});

test("a pause begins a new line", () => {
  assert.deepEqual(lines([frame("Uno", 1), frame("dos", 5)]), ["Uno", "dos"]);
});

test("another speaker begins a new line that is marked", () => {
  const flow = paragraphs([frame("Yo creo", 1), frame("No", 2, { speaker: "Jon" })], []);

  assert.deepEqual(flow.map(({ speaker, isNewSpeaker }) => [speaker, isNewSpeaker]), [["Ana", false], ["Jon", true]]);
});

test("a line begins at the same segment whatever was forgotten before", () => {
  const finals = [frame("Uno.", 1), frame("Dos", 2), frame("tres.", 3), frame("Cuatro", 4)];

  const all = paragraphs(finals, []).map(({ key }) => key);

  assert.deepEqual(paragraphs(finals.slice(1), []).map(({ key }) => key), all.slice(1));
});

test("stable letters are counted as a person counts them", () => {
  assert.deepEqual(splitStable(frame("🚰 agua", 1, { isFinal: false, stableLength: 1 })), ["🚰", " agua"]);
});

test("a final is stable as a whole", () => {
  assert.deepEqual(splitStable(frame("agua", 1, { stableLength: 0 })), ["agua", ""]);
});

for (const [before, after, gap] of [
  ["agua", "limpia", " "],
  ["水は", "きれい", ""],
  ["", "agua", ""],
  ["น้ำสะอาด", "พรุ่งนี้", " "],
  ["東京", "2026", ""],
  ["iPhone", "は", ""],
  ["깨끗한", "물은", " "],
] as const) {
  test(`between «${before}» and «${after}» stands «${gap}»`, () => assert.equal(gapBetween(before, after), gap));
}

test("what turns a text around is left out, and marks stay", () => {
  assert.equal(unsteered("\u202eשלום\u202c \u2067עולם\u2069\u200f!"), "שלום עולם\u200f!");
});

for (const [seconds, words] of [
  [0, "0:00"],
  [65.9, "1:05"],
  [3661, "1:01:01"],
  [-3, "0:00"],
] as const) {
  test(`${seconds} seconds read ${words}`, () => assert.equal(clock(seconds), words));
}
