import assert from "node:assert/strict";
import { test } from "node:test";
import { decodePresets, keep, NO_PRESETS } from "../src/presets.ts";

const known = ["", "es", "en"];

test("what is kept under a key comes back on this device", () => {
  const presets = keep(keep(NO_PRESETS, "1", ""), "3", "es");

  assert.deepEqual(presets, { 1: "", 2: null, 3: "es" });
  assert.deepEqual(decodePresets(JSON.stringify(presets), known), presets);
});

for (const text of [null, "", "{", "[]", '{"1": "de", "2": 7}']) {
  test(`${text} keeps nothing`, () => assert.deepEqual(decodePresets(text, known), NO_PRESETS));
}
