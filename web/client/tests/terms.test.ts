import assert from "node:assert/strict";
import { test } from "node:test";
import type { CaptionFrame } from "../src/captions.ts";
import { glossariesOf } from "../src/state.ts";
import { Terms, type Term } from "../src/terms.ts";

const row = (term: string, rendering: string, more: Partial<Term> = {}): Term => ({ term, rendering, forms: [], note: "", case: false, ...more });

const PLANT = row("plant", "planta");
const TREATMENT = row("treatment plant", "depuradora", { forms: ["treatment plants", "treatment plan"] });
const TURKEY = row("Turkey", "Turquía", { case: true });
const ROWS = [PLANT, TREATMENT, TURKEY, row("l'estatut", "the statute")];

const said = (text: string, startS: number, hits: string[] = []): CaptionFrame => ({
  segment: `en.1.${startS}`,
  revision: 0,
  seq: 0,
  isFinal: true,
  language: "en",
  origin: "speech",
  speaker: "Ana",
  startS,
  endS: startS + 1,
  sentS: startS,
  text,
  epoch: 1,
  sourceSegments: [],
  glossaryHits: hits,
  stableLength: 0,
  textLanguage: "en",
});

const found = (text: string): string[] => new Terms(ROWS).in(text).map(({ rendering }) => rendering);

test("the longest row wins, in any of its forms", () => {
  assert.deepEqual(found("The Treatment Plants, and a plant."), ["depuradora", "planta"]);
  assert.deepEqual(found("a treatment plan"), ["depuradora"]);
});

test("a row is a whole word, and capitals count where they do", () => {
  assert.deepEqual(found("implants and planting"), []);
  assert.deepEqual(found("turkey in Turkey"), ["Turquía"]);
  assert.deepEqual(found("segons l’Estatut"), ["the statute"]);
});

test("the newest rows come first, each once", () => {
  const floor = [said("the plant", 1), said("Turkey", 2), said("a treatment plant", 3), said("the plant again", 4)];
  assert.deepEqual(new Terms(ROWS).last(floor, [], 2), [PLANT, TREATMENT]);
});

test("what an agent found in inflected words is shown too", () => {
  const floor = [said("Turkey", 1)];
  const target = [said("plantas", 2, ["plant", "gone"])];
  assert.deepEqual(new Terms(ROWS).last(floor, target, 4), [PLANT, TURKEY]);
});

test("what the floor's captions name is shown whoever interprets", () => {
  const floor = [said("planting", 1, ["plant"]), said("Turkish", 2, ["turkey"])];
  const human = [{ ...said("plantar", 3), origin: "human" as const }];
  assert.deepEqual(new Terms(ROWS).last(floor, human, 4), [TURKEY, PLANT]);
});

test("ten thousand rows are found in a moment", () => {
  const many = new Terms(Array.from({ length: 10_000 }, (_, n) => row(`term number ${n}`, `r${n}`)));
  assert.deepEqual(many.in("here is term number 9999 now").map(({ rendering }) => rendering), ["r9999"]);
});

test("a change of a glossary changes what metadata says of it", () => {
  assert.equal(glossariesOf('{"glossaries":{"g1":2,"g2":1}}'), "g1:2 g2:1");
  assert.equal(glossariesOf("{}"), "");
  assert.equal(glossariesOf('{"glossaries":7}'), "");
});
