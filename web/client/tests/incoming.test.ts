import assert from "node:assert/strict";
import { test } from "node:test";
import { choose, FLOOR, heardOn, sourcesOf, swap, withOwn } from "../src/incoming.ts";
import { shiftOf } from "../src/shift.ts";
import { decodeState } from "../src/state.ts";

const message = { v: 1, seq: 1, speakers: [], channels: { en: { state: "live", source: "floor" }, fr: { state: "live", source: "human", who: "i-1", name: "Maria", number: 4, trouble: "", silent_s: 7, lag_s: 2.5 }, de: { state: "live", source: "machine", relay: 1 }, pt: { state: "failed", source: "machine", lacks: "voice" }, it: { state: "live", source: "prophet" }, odd: 7 } };
const onAir = decodeState(new TextEncoder().encode(JSON.stringify(message)))?.channels ?? new Map();

test("each source has a key that stays, and says what it is", () => {
  const sources = sourcesOf(["en", "es", "fr", "de", "it", "pt"], "es", onAir, { words: "sound_headset", name: "Ana" });

  assert.deepEqual(
    sources.map(({ key, tag, words, name }) => [key, tag, words, name]),
    [
      ["1", FLOOR, "sound_headset", "Ana"],
      ["2", "en", "relay_floor", ""],
      ["3", "es", "relay_own", ""],
      ["4", "fr", "relay_human_1", "Maria"],
      ["5", "de", "relay_machine_2", ""],
      ["6", "it", "relay_none", ""],
      ["7", "pt", "relay_failed", ""],
    ],
  );
});

test("the tenth source has no key", () => {
  const channels = Array.from({ length: 9 }, (_, index) => `c${index}`);

  assert.deepEqual(sourcesOf(channels, "", onAir, { words: "", name: "" }).map(({ key }) => key), ["1", "2", "3", "4", "5", "6", "7", "8", "9", ""]);
});

test("one's own channel cannot be heard", () => {
  assert.deepEqual(choose({ tag: FLOOR, relay: null }, "es", "es"), { tag: FLOOR, relay: null });
});

test("one key goes to the last relay and back to the floor", () => {
  const relay = choose(choose({ tag: FLOOR, relay: null }, "fr", "es"), FLOOR, "es");

  assert.deepEqual(swap(relay, ["en", "es", "fr"], "es"), { tag: "fr", relay: "fr" });
  assert.deepEqual(swap({ tag: "fr", relay: "fr" }, ["en", "es", "fr"], "es"), { tag: FLOOR, relay: "fr" });
});

test("without a relay before, the first other channel is one", () => {
  assert.deepEqual(swap({ tag: FLOOR, relay: null }, ["es", "en"], "es"), { tag: "en", relay: "en" });
  assert.deepEqual(swap({ tag: FLOOR, relay: null }, ["es"], "es"), { tag: FLOOR, relay: null });
});

test("who turns into the channel that they hear gets the floor", () => {
  assert.deepEqual(withOwn({ tag: "en", relay: "en" }, "en"), { tag: FLOOR, relay: null });
  assert.deepEqual(withOwn({ tag: "fr", relay: "fr" }, "en"), { tag: "fr", relay: "fr" });
});

for (const [tag, expected] of [
  [FLOOR, { from: "floor" }],
  ["en", { from: "floor" }],
  ["fr", { from: "human", who: "i-1" }],
  ["de", { from: "machine", tag: "de" }],
  ["it", { from: "floor" }],
  ["unheard-of", { from: "machine", tag: "unheard-of" }],
] as const) {
  test(`on ${tag || "the floor"} one hears ${JSON.stringify(expected)}`, () => assert.deepEqual(heardOn(tag, onAir), expected));
}

test("what the floor agent says of a channel is read", () => {
  assert.deepEqual(onAir.get("fr"), { state: "live", source: "human", who: "i-1", name: "Maria", number: 4, trouble: "", silentS: 7, relay: 0, from: "", relayTrouble: "", over: "", lagS: 2.5 });
  assert.equal(onAir.has("odd"), false);
});

test("a shift runs from going on air and warns in its last minute", () => {
  assert.deepEqual(shiftOf(20, null, 500), { leftS: 1200, isEnding: false, isOver: false });
  assert.deepEqual(shiftOf(20, 100, 1250), { leftS: 50, isEnding: true, isOver: false });
  assert.deepEqual(shiftOf(20, 100, 9999), { leftS: 0, isEnding: true, isOver: true });
});
