import assert from "node:assert/strict";
import { test } from "node:test";
import type { Person } from "../src/channels.ts";
import { handsOf } from "../src/relay_depth.ts";
import type { Channel, Source } from "../src/state.ts";

const person = (identity: string, isAgent: boolean, attributes: Record<string, string>): Person => ({ identity, name: identity, isAgent, attributes, audio: [], data: [] });
const pair = (source: string, target: string): Person => person(`${source}-${target}`, true, { role: "pair", source, target });
const human = (covers: string): Person => person("maria", false, { role: "interpreter", covers });
const channel = (source: Source): Channel => ({ state: "live", lagS: 0, source, who: source === "human" ? "maria" : "", name: "", number: 1, trouble: "", silentS: 0 });

for (const [what, source, people, hand] of [
  ["a machine that reads the floor", "machine", [pair("en", "es")], 1],
  ["a machine that reads the floor's regional cousin", "machine", [pair("en-US", "es")], 1],
  ["a machine that reads an interpreter's words", "machine", [pair("fr", "es")], 2],
  ["two machines, one for each floor language", "machine", [pair("fr", "es"), pair("en", "es")], 1],
  ["a machine that nobody sees", "machine", [pair("fr", "de")], 1],
  ["one who says to be a machine", "machine", [{ ...pair("fr", "es"), isAgent: false }], 1],
  ["a human who understands all", "human", [human("")], 1],
  ["a human who understands the floor", "human", [human("fr,en")], 1],
  ["a human who does not", "human", [human("fr")], 2],
  ["the floor itself", "floor", [pair("fr", "es")], undefined],
  ["nobody", "none", [], undefined],
] as [string, Source, Person[], number | undefined][]) {
  test(`${what}: hand ${hand}`, () => assert.equal(handsOf(new Map([["es", channel(source)]]), people, "en").get("es"), hand));
}
