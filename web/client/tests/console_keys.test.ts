import assert from "node:assert/strict";
import { test } from "node:test";
import { heldKeyOf, keyOf } from "../src/console_keys.ts";

const pressed = (key: string, changes = {}) => ({ key, code: "", ctrlKey: false, altKey: false, metaKey: false, ...changes });

test("a key that is held is let go whatever else is held by then", () => {
  assert.equal(keyOf(pressed("t", { ctrlKey: true })), null);
  assert.equal(heldKeyOf(pressed("t", { ctrlKey: true })), "t");
  assert.equal(heldKeyOf(pressed("C")), "c");
  assert.equal(heldKeyOf(pressed("m")), null);
});

test("where the keyboard writes other letters the key's place counts", () => {
  assert.equal(heldKeyOf(pressed("е", { code: "KeyT" })), "t");
  assert.equal(keyOf(pressed("и", { code: "KeyB" })), "b");
});
