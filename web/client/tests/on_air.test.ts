import assert from "node:assert/strict";
import { test } from "node:test";
import { DEFAULT_BALANCE, OnAir, volumes } from "../src/on_air.ts";
import type { RoomState, Source } from "../src/state.ts";

function room(speaking: Record<string, string>, source: Source = "machine"): RoomState {
  const speakers = Object.entries(speaking).map(([identity, language]) => ({ identity, name: "", language, speaking: true }));
  return { seq: 1, speakers, channels: new Map([["es", { state: "live", lagS: 2, source }]]) };
}

const quiet: RoomState = { ...room({}), speakers: [] };
const ana = new Map([["ana", "en"]]);
const anaAndLuis = new Map([["ana", "en"], ["luis", "es"]]);

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

  const mix = onAir.mix("es", DEFAULT_BALANCE, room({ ana: "en" }), ana, 10.2);

  assert.equal(mix.voice, 1);
  assert.ok(Math.abs((mix.floor.get("ana") ?? 0) - 0.2) < 1e-9);
});

test("the floor stays ducked through a breath of the translation", () => {
  const onAir = new OnAir();
  onAir.hearVoice(10);

  assert.ok((onAir.mix("es", DEFAULT_BALANCE, quiet, ana, 11.4).floor.get("ana") ?? 0) < 0.21);
  assert.equal(onAir.mix("es", DEFAULT_BALANCE, quiet, ana, 11.6).floor.get("ana"), 1);
});

test("only the translation is heard at the end of the slider", () => {
  const mix = new OnAir().mix("es", 100, room({ ana: "en" }), ana, 5);

  assert.deepEqual([mix.voice, mix.floor.get("ana")], [1, 0]);
});

test("the floor is not ducked for a translation that is switched off", () => {
  const onAir = new OnAir();
  onAir.hearVoice(5);

  const mix = onAir.mix("es", 0, room({ ana: "en" }), ana, 5);

  assert.deepEqual([mix.voice, mix.floor.get("ana")], [0, 1]);
});

test("a speaker of the listener's language is heard undimmed, whatever the slider says", () => {
  const onAir = new OnAir();
  onAir.hearVoice(5);

  const mix = onAir.mix("es", 100, room({ luis: "es" }), anaAndLuis, 5);

  assert.deepEqual([mix.voice, mix.floor.get("luis")], [0, 1]);
});

test("the translation returns after the hang-over of the floor", () => {
  const onAir = new OnAir();
  onAir.mix("es", DEFAULT_BALANCE, room({ luis: "es" }), anaAndLuis, 5);

  assert.equal(onAir.mix("es", DEFAULT_BALANCE, room({ ana: "en" }), anaAndLuis, 6.4).voice, 0);
  assert.equal(onAir.mix("es", DEFAULT_BALANCE, room({ ana: "en" }), anaAndLuis, 6.6).voice, 1);
});

test("while the listener's language is on the floor others are ducked", () => {
  const mix = new OnAir().mix("es", 50, room({ luis: "es", ana: "en" }), anaAndLuis, 5);

  assert.deepEqual([mix.floor.get("ana"), mix.floor.get("luis")], [0.2, 1]);
});

test("a channel that the floor agent gives to the floor has no machine voice", () => {
  assert.equal(new OnAir().mix("es", 100, room({}, "floor"), ana, 5).voice, 0);
});

test("regions of a language count as that language", () => {
  const onAir = new OnAir();

  assert.equal(onAir.mix("es", 100, room({ luis: "es-MX" }), new Map([["luis", "es-MX"]]), 5).floor.get("luis"), 1);
});

test("without a word from the floor agent the mix still plays", () => {
  const mix = new OnAir().mix("es", DEFAULT_BALANCE, null, ana, 5);

  assert.deepEqual([mix.voice, mix.floor.get("ana")], [1, 1]);
});
