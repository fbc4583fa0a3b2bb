import assert from "node:assert/strict";
import { test } from "node:test";
import { last, namesIn, numbersIn } from "../src/facts.ts";

for (const [text, expected] of [
  ["In 2026 we paid 90,000 euros for 412 homes.", ["2026", "90,000", "412"]],
  ["El 3,5 % y el 12.º", ["3,5 %", "12"]],
  ["$4 or €5, at 10:30 on 11/21", ["$4", "€5", "10:30", "11/21"]],
  ["ninety thousand", []],
] as const) {
  test(`the numbers in “${text}”`, () => assert.deepEqual(numbersIn(text), expected));
}

for (const [text, expected] of [
  ["We paid Ana Torres 90,000 in Sant Feliu de Guíxols.", ["Ana Torres", "Sant Feliu de Guíxols"]],
  ["The council of Girona. Then Mayor Pla spoke, and I agreed.", ["Girona", "Mayor Pla"]],
  ["Ana Torres came. Yesterday. “Maria left”", ["Torres"]],
  ["El alcalde de L’Hospitalet, ¿Cuándo vino?", ["L’Hospitalet"]],
  ["the recogniser writes nothing with a capital", []],
  ["市長は東京に行った。", []],
] as const) {
  test(`the names in “${text}”`, () => assert.deepEqual(namesIn(text), expected));
}

test("what the product says itself of a gap holds no number that was said", () => {
  const said = [{ text: "It costs 412 euros." }, { text: "[7 s were not heard]" }, { text: "[aplausos] 30 votos" }];
  assert.deepEqual(last(numbersIn, said, 6), ["412", "30"]);
});

test("what was said last comes last, each once", () => {
  assert.deepEqual(last(numbersIn, [{ text: "Here 1, 2 and 3." }, { text: "Then 1." }], 2), ["3", "1"]);
});
