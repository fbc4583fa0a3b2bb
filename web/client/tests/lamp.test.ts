import assert from "node:assert/strict";
import { test } from "node:test";
import { isMicrophoneOpen, lampOf, pressOf, Wishes, type Lamp, type Situation } from "../src/lamp.ts";
import type { Channel } from "../src/state.ts";

const ME = "interpreter-maria";
const OTHER = "interpreter-joan";

const wish = (human: string) => ({ human, number: 3, isOnly: false });
const told = (changes: Partial<Channel>): Channel => ({ state: "live", source: "machine", who: "", name: "", number: 1, trouble: "", silentS: 0, relay: 0, from: "", relayTrouble: "", over: "", lagS: 2, ...changes });
const situation = (changes: Partial<Situation>): Situation => ({
  me: ME, isConnected: true, hasMicrophone: true, wish: wish(ME), onAir: told({}), askedForS: 30, isAsking: false, isCoughing: false, ...changes,
});

const cases: [string, Partial<Situation>, Lamp][] = [
  ["nobody should be on air", { wish: wish("") }, { kind: "off" }],
  ["the room has no wishes yet", { wish: null }, { kind: "off" }],
  ["the request is on its way", { wish: wish(""), isAsking: true }, { kind: "waiting" }],
  ["the machine still speaks", {}, { kind: "waiting" }],
  ["no floor agent has spoken", { onAir: null }, { kind: "waiting" }],
  ["listeners hear me", { onAir: told({ source: "human", who: ME }) }, { kind: "on" }],
  ["listeners still hear the colleague before me", { onAir: told({ source: "human", who: OTHER }) }, { kind: "waiting" }],
  ["listeners hear me, but the wish has gone on", { wish: wish(""), onAir: told({ source: "human", who: ME }) }, { kind: "off" }],
  ["a colleague should be on air", { wish: wish(OTHER) }, { kind: "colleague", who: OTHER }],
  ["I cough", { onAir: told({ source: "human", who: ME }), isCoughing: true }, { kind: "cough" }],
  ["my channel's language is spoken on the floor", { onAir: told({ source: "floor" }) }, { kind: "floor" }],
  ["I was silent", { onAir: told({ trouble: "silent" }) }, { kind: "bridged", trouble: "silent", isMachine: true }],
  ["I came back late", { onAir: told({ trouble: "late" }) }, { kind: "bridged", trouble: "late", isMachine: true }],
  ["I cannot be heard and no machine stands by", { onAir: told({ source: "none", trouble: "microphone" }) }, { kind: "bridged", trouble: "microphone", isMachine: false }],
  ["my microphone is just being opened", { onAir: told({ trouble: "microphone" }), askedForS: 1 }, { kind: "waiting" }],
  ["what is spoken is not mine, just as I ask", { onAir: told({ trouble: "language" }), askedForS: 1 }, { kind: "bridged", trouble: "language", isMachine: true }],
  ["the connection is gone", { isConnected: false, onAir: told({ source: "human", who: ME }) }, { kind: "lost" }],
];

for (const [when, changes, expected] of cases) {
  test(`the lamp when ${when}`, () => assert.deepEqual(lampOf(situation(changes)), expected));
}

for (const [lamp, isArmed, expected] of [
  [{ kind: "off" }, false, "take"],
  [{ kind: "on" }, false, "hand_back"],
  [{ kind: "waiting" }, false, "hand_back"],
  [{ kind: "cough" }, false, "hand_back"],
  [{ kind: "lost" }, false, "nothing"],
  [{ kind: "colleague", who: OTHER }, false, "arm"],
  [{ kind: "colleague", who: OTHER }, true, "force"],
  [{ kind: "bridged", trouble: "silent", isMachine: true }, false, "hand_back"],
  [{ kind: "bridged", trouble: "late", isMachine: true }, false, "take"],
] as [Lamp, boolean, string][]) {
  test(`a press at ${JSON.stringify(lamp)}${isArmed ? ", armed," : ""} means ${expected}`, () => assert.equal(pressOf(lamp, isArmed, true), expected));
}

test("without a microphone no channel can be taken", () => {
  assert.equal(pressOf({ kind: "off" }, false, false), "nothing");
  assert.equal(pressOf({ kind: "colleague", who: OTHER }, true, false), "nothing");
});

test("the microphone is open only for who should be on air and does not cough", () => {
  assert.equal(isMicrophoneOpen(situation({})), true);
  assert.equal(isMicrophoneOpen(situation({ isCoughing: true })), false);
  assert.equal(isMicrophoneOpen(situation({ wish: wish(OTHER) })), false);
  assert.equal(isMicrophoneOpen(situation({ wish: wish("") })), false);
  assert.equal(isMicrophoneOpen(situation({ wish: null })), false);
});

test("who is relieved is heard until the colleague is, for a moment", () => {
  const relieved = { wish: wish(OTHER), onAir: told({ source: "human", who: ME }), askedForS: 0.3 };
  assert.equal(isMicrophoneOpen(situation(relieved)), true);
  assert.equal(isMicrophoneOpen(situation({ ...relieved, isCoughing: true })), false);
  assert.equal(isMicrophoneOpen(situation({ ...relieved, askedForS: 1 })), false);
  assert.equal(isMicrophoneOpen(situation({ ...relieved, wish: wish("") })), false);
  assert.equal(isMicrophoneOpen(situation({ ...relieved, onAir: told({ source: "human", who: OTHER }) })), false);
});

test("of two wishes the one with the higher number holds, in whichever order they come", () => {
  const wishes = new Wishes();
  wishes.take("es", { human: ME, number: 2, isOnly: false }, 10);
  wishes.readMetadata('{"staff": {"es": {"human": "", "number": 1}}}', 11);

  assert.equal(wishes.of("es")?.human, ME);
  assert.equal(wishes.ageS("es", 12), 2);
});

test("who is removed should be on air nowhere, at the same number", () => {
  const wishes = new Wishes();
  wishes.readMetadata(`{"staff": {"es": {"human": "${ME}", "number": 1, "is_only": true}}}`, 0);
  assert.deepEqual([wishes.of("es")?.human, wishes.of("es")?.isOnly], [ME, true]);

  wishes.readMetadata('{"staff": {"es": {"human": "", "number": 1}}}', 1);

  assert.equal(wishes.of("es")?.human, "");
});

for (const garbage of ["", "no json", "null", "[]", '{"staff": 7}', '{"staff": {"es": null}}']) {
  test(`metadata ${garbage || "that is empty"} names nobody`, () => {
    const wishes = new Wishes();
    wishes.readMetadata(garbage, 0);

    assert.equal(wishes.of("es")?.human ?? "", "");
  });
}
