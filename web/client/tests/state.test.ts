import assert from "node:assert/strict";
import { test } from "node:test";
import { Level } from "../src/level.ts";
import { decodeState, isServed, staffOf, StateFollower } from "../src/state.ts";

const encode = (value: unknown): Uint8Array => new TextEncoder().encode(typeof value === "string" ? value : JSON.stringify(value));
const message = { v: 1, seq: 3, at_s: 9.5, speakers: [{ identity: "ana", name: "Ana", language: "en", speaking: true }], channels: { es: { state: "behind", lag_s: 6.2, source: "machine", epoch: 1 } } };

test("a state tells who speaks and how each channel is", () => {
  const state = decodeState(encode(message));

  assert.deepEqual(state?.speakers, [{ identity: "ana", name: "Ana", language: "en", speaking: true }]);
  assert.deepEqual(state?.channels.get("es"), { state: "behind", lagS: 6.2, source: "machine", who: "", name: "", number: 0, trouble: "", silentS: 0, relay: 0, from: "", relayTrouble: "", over: "" });
});

for (const [name, told, expected] of [
  ["with a name", { source: "human", who: "maria", name: "Maria G.", number: 7, trouble: "", yields: false, silent_s: 0 }, ["human", "maria", "Maria G."]],
  ["without a name", { source: "human", who: "maria" }, ["human", "maria", ""]],
  ["whose name is no text", { source: "human", who: 7, name: {} }, ["human", "", ""]],
  ["off the air", { source: "machine", who: "maria", name: "Maria G." }, ["machine", "", ""]],
] as const) {
  test(`a state tells of a human ${name}`, () => {
    const channels = { es: { state: "live", lag_s: 0, epoch: 1, ...told } };

    const channel = decodeState(encode({ ...message, channels }))?.channels.get("es");

    assert.deepEqual([channel?.source, channel?.who, channel?.name], expected);
  });
}

for (const [told, expected] of [[{ captioned: true }, true], [{ captioned: false }, undefined], [{}, undefined]] as const) {
  test(`whether a human's words are the captions: ${JSON.stringify(told)}`, () => {
    const channels = { es: { state: "failed", source: "human", lag_s: 0, ...told } };

    assert.equal(decodeState(encode({ ...message, channels }))?.channels.get("es")?.isCaptioned, expected);
  });
}

for (const state of ["unrecognised", "no_machine"] as const) {
  test(`a channel that is ${state} is read so`, () => {
    const channels = { es: { state, lag_s: 0, source: "none", epoch: 0 } };

    assert.equal(decodeState(encode({ ...message, channels }))?.channels.get("es")?.state, state);
  });
}

test("what is unknown in a state is left out, the rest is read", () => {
  const odd = { ...message, speakers: [7, ...message.speakers], channels: { es: { state: "dancing" }, ca: { state: "live", source: "prophet", lag_s: "much" } } };

  const state = decodeState(encode(odd));

  assert.deepEqual([state?.speakers.length, [...(state?.channels ?? [])]], [1, [["ca", { state: "live", lagS: 0, source: "none", who: "", name: "", number: 0, trouble: "", silentS: 0, relay: 0, from: "", relayTrouble: "", over: "" }]]]);
});

for (const garbage of ["", "no json", "null", "[]", "{}", { ...message, v: 2 }, { ...message, seq: "3" }, { ...message, channels: [] }]) {
  test(`${JSON.stringify(garbage).slice(0, 40)} is no state`, () => assert.equal(decodeState(encode(garbage)), null));
}

for (const [metadata, expected] of [
  ['{"v": 1, "is_served": false}', false],
  ['{"v": 1, "is_served": true}', true],
  ['{"v": 1}', true],
  ["", true],
  ["no json", true],
  ["[]", true],
] as const) {
  test(`a room whose metadata is ${metadata || "empty"} is ${expected ? "" : "not "}served`, () => assert.equal(isServed(metadata), expected));
}

for (const [metadata, expected] of [
  ['{"v": 1, "staff": {"es": {"human": "maria", "number": 3, "is_only": false}, "ca": {"human": "", "number": 0, "is_only": false}}}', ["es", "ca"]],
  ['{"v": 1, "staff": {}}', []],
  ['{"v": 1, "staff": ["es"]}', []],
  ['{"v": 1}', []],
  ["null", []],
  ["", []],
] as const) {
  test(`a room whose metadata is ${metadata.slice(0, 24) || "empty"} has humans for ${expected.join(" and ") || "nothing"}`, () => {
    assert.deepEqual([...staffOf(metadata).keys()], expected);
  });
}

test("an older state changes nothing, a new floor agent begins anew", () => {
  const follower = new StateFollower();
  const at = (seq: number) => ({ seq, atS: null, speakers: [], channels: new Map() });

  const news = [follower.receive(1, at(5)), follower.receive(1, at(4)), follower.receive(2, at(0)), follower.receive(1, at(6))];

  assert.deepEqual(news, [true, false, true, false]);
  assert.equal(follower.state?.seq, 0);
});

for (const [name, rms, peak, words] of [
  ["switched off", 0, 0, "silent"],
  ["in a quiet room", 0.002, 0.01, "waiting"],
  ["far away", 0.01, 0.05, "quiet"],
  ["well placed", 0.08, 0.4, "good"],
  ["overdriven", 0.3, 1, "loud"],
] as const) {
  test(`a microphone ${name} reads ${words}`, () => {
    const level = new Level();

    const heard = Array.from({ length: 40 }, (_, index) => level.hear(rms, peak, index / 10));

    assert.equal(heard.at(-1), words);
  });
}
