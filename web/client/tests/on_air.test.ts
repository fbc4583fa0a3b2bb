import assert from "node:assert/strict";
import { test } from "node:test";
import { DEFAULT_BALANCE, OnAir, voiceOf, volumes, type Present } from "../src/on_air.ts";
import type { RoomState, Source } from "../src/state.ts";

function room(speaking: Record<string, string>, source: Source = "machine", who = ""): RoomState {
  const speakers = Object.entries(speaking).map(([identity, language]) => ({ identity, name: "", language, speaking: true }));
  return { seq: 1, atS: null, speakers, channels: new Map([["es", { state: "live", lagS: 2, source, who, name: "", number: 0, trouble: "", silentS: 0, relay: 0, from: "", relayTrouble: "", over: "" }]]) };
}

const quiet: RoomState = { ...room({}), speakers: [] };
const ana = new Map([["ana", "en"]]);
const anaAndLuis = new Map([["ana", "en"], ["luis", "es"]]);

/** A channel without humans. */
const hearing = (state: RoomState | null, floor: Map<string, string>): Present => ({ state, floor, humans: [], isStaffed: false });
/** A channel with Maria and Jon, while Ana speaks English. */
const staffed = (source: Source, who = ""): Present => ({
  state: room({ ana: "en" }, source, who),
  floor: ana,
  humans: ["maria", "jon"],
  isStaffed: true,
});

for (const [balance, original, translation] of [
  [0, 1, 0],
  [50, 1, 1],
  [90, 0.2, 1],
  [100, 0, 1],
  [-20, 1, 0],
  [300, 0, 1],
] as const) {
  test(`the slider at ${balance} gives the original ${original} and the translation ${translation}`, () => {
    const both = volumes(balance);

    assert.ok(Math.abs(both.original - original) < 1e-9);
    assert.ok(Math.abs(both.translation - translation) < 1e-9);
  });
}

test("the floor is ducked to a fifth while the translation speaks", () => {
  const onAir = new OnAir();
  onAir.hearVoice(10);

  const mix = onAir.mix("es", DEFAULT_BALANCE, hearing(room({ ana: "en" }), ana), 10.2);

  assert.equal(mix.voice, 1);
  assert.ok(Math.abs((mix.floor.get("ana") ?? 0) - 0.2) < 1e-9);
});

test("the floor stays ducked through a breath of the translation", () => {
  const onAir = new OnAir();
  onAir.hearVoice(10);

  assert.ok((onAir.mix("es", DEFAULT_BALANCE, hearing(quiet, ana), 11.4).floor.get("ana") ?? 0) < 0.21);
  assert.equal(onAir.mix("es", DEFAULT_BALANCE, hearing(quiet, ana), 11.6).floor.get("ana"), 1);
});

test("only the translation is heard at the end of the slider", () => {
  const mix = new OnAir().mix("es", 100, hearing(room({ ana: "en" }), ana), 5);

  assert.deepEqual([mix.voice, mix.floor.get("ana")], [1, 0]);
});

test("the floor is not ducked for a translation that is switched off", () => {
  const onAir = new OnAir();
  onAir.hearVoice(5);

  const mix = onAir.mix("es", 0, hearing(room({ ana: "en" }), ana), 5);

  assert.deepEqual([mix.voice, mix.floor.get("ana")], [0, 1]);
});

test("a speaker of the listener's language is heard undimmed, whatever the slider says", () => {
  const onAir = new OnAir();
  onAir.hearVoice(5);

  const mix = onAir.mix("es", 100, hearing(room({ luis: "es" }), anaAndLuis), 5);

  assert.deepEqual([mix.voice, mix.floor.get("luis")], [0, 1]);
});

test("the translation returns after the hang-over of the floor", () => {
  const onAir = new OnAir();
  onAir.mix("es", DEFAULT_BALANCE, hearing(room({ luis: "es" }), anaAndLuis), 5);

  assert.equal(onAir.mix("es", DEFAULT_BALANCE, hearing(room({ ana: "en" }), anaAndLuis), 6.4).voice, 0);
  assert.equal(onAir.mix("es", DEFAULT_BALANCE, hearing(room({ ana: "en" }), anaAndLuis), 6.6).voice, 1);
});

test("while the listener's language is on the floor others are ducked", () => {
  const mix = new OnAir().mix("es", 50, hearing(room({ luis: "es", ana: "en" }), anaAndLuis), 5);

  assert.deepEqual([mix.floor.get("ana"), mix.floor.get("luis")], [0.2, 1]);
});

test("a channel that the floor agent gives to the floor has no machine voice", () => {
  assert.equal(new OnAir().mix("es", 100, hearing(room({}, "floor"), ana), 5).voice, 0);
});

test("regions of a language count as that language", () => {
  const onAir = new OnAir();

  assert.equal(onAir.mix("es", 100, hearing(room({ luis: "es-MX" }), new Map([["luis", "es-MX"]])), 5).floor.get("luis"), 1);
});

test("without a word from the floor agent the mix still plays", () => {
  const mix = new OnAir().mix("es", DEFAULT_BALANCE, hearing(null, ana), 5);

  assert.deepEqual([mix.voice, mix.floor.get("ana")], [1, 1]);
});

test("the human on air is heard, and neither the machine nor a colleague", () => {
  const mix = new OnAir().mix("es", DEFAULT_BALANCE, staffed("human", "maria"), 5);

  assert.deepEqual([mix.voice, [...mix.humans]], [0, [["maria", 1], ["jon", 0]]]);
});

test("nobody overhears a booth while the machine speaks", () => {
  const mix = new OnAir().mix("es", DEFAULT_BALANCE, staffed("machine"), 5);

  assert.deepEqual([mix.voice, [...mix.humans.values()]], [1, [0, 0]]);
});

test("nobody overhears a booth before the floor agent's first word", () => {
  const mix = new OnAir().mix("es", DEFAULT_BALANCE, { ...staffed("machine"), state: null }, 5);

  assert.deepEqual([mix.voice, [...mix.humans.values()]], [1, [0, 0]]);
});

test("a human on air ducks the floor as the machine does", () => {
  const onAir = new OnAir();
  onAir.hearVoice(5);

  const mix = onAir.mix("es", DEFAULT_BALANCE, staffed("human", "maria"), 5.2);

  assert.ok(Math.abs((mix.floor.get("ana") ?? 0) - 0.2) < 1e-9);
});

test("the slider is the human's too", () => {
  const mix = new OnAir().mix("es", 25, staffed("human", "maria"), 5);

  assert.equal(mix.humans.get("maria"), 0.5);
});

test("without any interpreter the floor is undimmed, whatever the slider says", () => {
  const onAir = new OnAir();
  onAir.hearVoice(5);

  const mix = onAir.mix("es", 100, staffed("none"), 5.2);

  assert.deepEqual([mix.voice, [...mix.humans.values()], mix.floor.get("ana")], [0, [0, 0], 1]);
});

test("while the floor is on air in a channel with humans, no interpreter is heard", () => {
  const mix = new OnAir().mix("es", DEFAULT_BALANCE, staffed("floor"), 5);

  assert.deepEqual([mix.voice, [...mix.humans.values()]], [0, [0, 0]]);
});

test("a human stays on air through a word of their own language until the floor agent says otherwise", () => {
  const luis = { ...staffed("human", "maria"), state: room({ luis: "es" }, "human", "maria"), floor: anaAndLuis };

  const mix = new OnAir().mix("es", DEFAULT_BALANCE, luis, 5);

  assert.deepEqual([mix.humans.get("maria"), mix.floor.get("luis")], [1, 1]);
});

test("a human on air silences the machine also where the metadata is late", () => {
  const mix = new OnAir().mix("es", DEFAULT_BALANCE, { ...staffed("human", "maria"), isStaffed: false }, 5);

  assert.deepEqual([mix.voice, mix.humans.get("maria")], [0, 1]);
});

test("a machine that is off the air does not count as the channel's voice", () => {
  const channel = staffed("none").state?.channels.get("es");

  assert.deepEqual([voiceOf(channel, true), voiceOf(channel, false)], [
    { isMachine: false, human: "" },
    { isMachine: true, human: "" },
  ]);
});
