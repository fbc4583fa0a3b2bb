import assert from "node:assert/strict";
import { test } from "node:test";
import { lampWords, machineTrouble, noticeOf, partnersOf } from "../src/console_words.ts";
import type { Channel } from "../src/state.ts";
import type { Lamp } from "../src/lamp.ts";

const told = (who: string): Channel => ({ state: "live", source: "human", who, name: "", number: 1, trouble: "", silentS: 0, relay: 0, from: "", relayTrouble: "", over: "", lagS: 0 });

const keys = (lamp: Lamp, isArmed = false, isOnly = false, hasMicrophone = true, before = ""): string[] => {
  const { word, more } = lampWords(lamp, { isArmed, isOnly, hasMicrophone, colleague: "Joan", before, language: "Español" }, (key) => key);
  return [word.key, more.key];
};

for (const [name, found, expected] of [
  ["off", keys({ kind: "off" }), ["lamp_off", "lamp_off_more"]],
  ["off without a microphone", keys({ kind: "off" }, false, false, false), ["lamp_off", "lamp_deaf_more"]],
  ["the machine still speaks", keys({ kind: "waiting" }), ["lamp_waiting", "lamp_waiting_more"]],
  ["the colleague before is still heard", keys({ kind: "waiting" }, false, false, true, "Joan"), ["lamp_relieving", "lamp_relieving_more"]],
  ["on", keys({ kind: "on" }), ["lamp_on", "lamp_on_more"]],
  ["on where no machine stands by", keys({ kind: "on" }, false, true), ["lamp_on", "lamp_on_only_more"]],
  ["a colleague", keys({ kind: "colleague", who: "j" }), ["lamp_colleague", "lamp_colleague_more"]],
  ["a first press on a colleague", keys({ kind: "colleague", who: "j" }, true), ["lamp_armed", "lamp_armed_more"]],
  ["bridged", keys({ kind: "bridged", trouble: "late", isMachine: true }), ["lamp_bridged", "remedy_late"]],
  ["unheard", keys({ kind: "bridged", trouble: "gone", isMachine: false }), ["lamp_unheard", "remedy_gone"]],
] as const) {
  test(`the words of the lamp: ${name}`, () => assert.deepEqual(found, expected));
}

test("six silent seconds on air are warned of, five are not", () => {
  assert.equal(noticeOf("connected", { kind: "on" }, 5, false, null), null);
  assert.deepEqual(noticeOf("connected", { kind: "on" }, 6, false, null)?.values, { seconds: "6" });
  assert.equal(noticeOf("connected", { kind: "off" }, 6, false, null), null);
});

test("a lost connection is said before anything else, then what went wrong", () => {
  const trouble = { key: "taken", tone: "caution", values: {} } as const;

  assert.equal(noticeOf("reconnecting", { kind: "lost" }, 9, true, trouble)?.key, "reconnecting_notice");
  assert.equal(noticeOf("connected", { kind: "on" }, 9, true, trouble)?.key, "taken");
  assert.equal(noticeOf("connected", { kind: "on" }, 0, true, null)?.key, "holding");
});

for (const [name, changes, isAway, expected] of [
  ["is well", {}, false, undefined],
  ["has no voice", { state: "failed", lacks: "voice" }, false, "machine_voiceless"],
  ["has no translator, while a human speaks", { state: "failed", source: "human", lacks: "translation" }, false, "machine_untranslated"],
  ["hears nothing", { state: "failed", lacks: "recognition" }, false, "machine_deaf"],
  ["is not there, while nobody recognises the human's words", { state: "failed", source: "human", lacks: "captions" }, false, "uncaptioned"],
  ["has died", { state: "failed" }, false, "machine_failed"],
  ["is not needed, as the floor speaks the language", { state: "failed", source: "floor", lacks: "recognition" }, false, undefined],
  ["cannot say who is heard", {}, true, "floor_away"],
] as const) {
  test(`an interpreter is told of a machine that ${name}`, () => {
    const onAir = { ...told(""), source: "machine", ...changes } as Channel;

    const found = machineTrouble(onAir, "Español", isAway);

    assert.equal(found?.key, expected);
    assert.equal(noticeOf("connected", { kind: "off" }, 0, true, null, found)?.key, expected ?? "holding");
  });
}

const partner = (identity: string, ...channels: string[]) => ({ identity, name: identity.toUpperCase(), channels });

test("colleagues of a channel are away, ready, about to be on air, or on air", () => {
  const known = [partner("a", "es"), partner("b", "es"), partner("c", "ca")];
  const here = [partner("b", "es"), partner("d", "es")];

  const states = partnersOf(known, here, "es", { human: "d", number: 1, isOnly: false }, told("b"));

  assert.deepEqual(states.map(({ words, state }) => [words.values.name, state]), [["A", "away"], ["B", "on"], ["D", "asked"]]);
  assert.deepEqual(partnersOf(known, here, "es", null, null).map(({ state }) => state), ["away", "ready", "ready"]);
});

test("who works alone is told so", () => {
  assert.deepEqual(partnersOf([], [], "es", null, null).map(({ state }) => state), ["nobody"]);
});
