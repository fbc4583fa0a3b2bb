import assert from "node:assert/strict";
import { test } from "node:test";
import { ACTIONS } from "../src/actions.ts";
import { actionOf, change, decodeKeys, DEFAULT_KEYS, encodeKeys, isWritten, printed } from "../src/console_keys.ts";

const pressed = { key: "m", code: "KeyM", ctrlKey: false, altKey: false, metaKey: false };
const F13 = { ...pressed, key: "F13", code: "F13" };
const PAD_4 = { ...pressed, key: "4", code: "Numpad4" };

test("no two actions have one key, and each has one", () => {
  const keys = ACTIONS.map(({ id }) => DEFAULT_KEYS[id]);

  assert.deepEqual(keys, ACTIONS.map(({ key }) => key));
  assert.equal(new Set(keys).size, ACTIONS.length);
});

for (const [changes, expected] of [
  [{}, "air"],
  [{ key: "M" }, "air"],
  [{ key: "ь", code: "KeyM" }, "air"],
  [{ key: "&", code: "Digit1" }, "in_1"],
  [PAD_4, "in_4"],
  [{ ctrlKey: true }, null],
  [{ key: "Enter", code: "Enter" }, null],
  [{ key: "F13", code: "F13" }, null],
  [{ key: "0", code: "Digit0" }, null],
] as const) {
  test(`the key ${JSON.stringify(changes)} is for ${expected}`, () => assert.equal(actionOf({ ...pressed, ...changes }, DEFAULT_KEYS), expected));
}

for (const [changes, expected] of [
  [{ key: "F13", code: "F13" }, "F13"],
  [{ key: "F24", code: "F24" }, "F24"],
  [{ key: "MediaPlayPause", code: "MediaPlayPause" }, "MediaPlayPause"],
  [{ key: "MediaTrackNext", code: "" }, "MediaTrackNext"],
  [{ key: "7", code: "Numpad7" }, "Numpad7"],
  [{ key: "-", code: "NumpadSubtract" }, "NumpadSubtract"],
  [{ key: "Z", code: "KeyZ" }, "z"],
  [{ key: "ñ", code: "Semicolon" }, "ñ"],
  [{ key: ",", code: "Comma" }, ","],
  [{ key: "c", code: "KeyC" }, "c"],
] as const) {
  test(`cough may have the key ${expected}`, () => {
    const { is, ...rest } = change(DEFAULT_KEYS, "cough", { ...pressed, ...changes });

    assert.deepEqual({ is, ...rest }, { is: "changed", keys: { ...DEFAULT_KEYS, cough: expected } });
  });
}

for (const [changes, expected] of [
  [{}, { is: "taken", by: "air" }],
  [{ key: "2", code: "Digit2" }, { is: "taken", by: "in_2" }],
  [{ key: "w", code: "KeyW", ctrlKey: true }, { is: "reserved" }],
  [{ key: "x", code: "KeyX", metaKey: true }, { is: "reserved" }],
  [{ key: "x", code: "KeyX", altKey: true }, { is: "reserved" }],
  [{ key: "F5", code: "F5" }, { is: "reserved" }],
  [{ key: "F11", code: "F11" }, { is: "reserved" }],
  [{ key: "Tab", code: "Tab" }, { is: "reserved" }],
  [{ key: "Enter", code: "NumpadEnter" }, { is: "reserved" }],
  [{ key: " ", code: "Space" }, { is: "reserved" }],
  [{ key: "ArrowLeft", code: "ArrowLeft" }, { is: "reserved" }],
  [{ key: "Shift", code: "ShiftLeft" }, { is: "waiting" }],
  [{ key: "Dead", code: "BracketLeft" }, { is: "waiting" }],
] as const) {
  test(`for cough ${JSON.stringify(changes)} is ${JSON.stringify(expected)}`, () => {
    assert.deepEqual(change(DEFAULT_KEYS, "cough", { ...pressed, ...changes }), expected);
  });
}

test("a digit of the keypad that has something of its own is no digit any more", () => {
  const keys = { ...DEFAULT_KEYS, cough: "Numpad4" };

  assert.equal(actionOf(PAD_4, keys), "cough");
  assert.equal(actionOf({ ...PAD_4, code: "Digit4" }, keys), "in_4");
});

test("what was chosen is remembered, and nothing else", () => {
  const keys = { ...DEFAULT_KEYS, cough: "F13" };

  assert.deepEqual(JSON.parse(encodeKeys(keys)), { cough: "F13" });
  assert.deepEqual(decodeKeys(encodeKeys(keys)), keys);
  assert.equal(actionOf(F13, decodeKeys(encodeKeys(keys))), "cough");
});

for (const text of [null, "", "{", "[1]", "7", '{"cough": 7, "prophecy": "p"}']) {
  test(`${text} leaves the keys as they are`, () => assert.deepEqual(decodeKeys(text), DEFAULT_KEYS));
}

test("the default of a newer action gives way to what was chosen before", () => {
  const keys = decodeKeys('{"cough": "m", "hold": "m"}');

  assert.deepEqual([keys.cough, keys.air, keys.hold], ["m", "", "h"]);
});

for (const [key, expected] of [
  ["m", "M"],
  ["F13", "F13"],
  ["Numpad4", "Num 4"],
  ["NumpadSubtract", "Num −"],
  ["MediaPlayPause", "Play Pause"],
  ["", ""],
] as const) {
  test(`${key || "no key"} is printed ${expected}`, () => assert.equal(printed(key), expected));
}

for (const [changes, expected] of [[{}, true], [PAD_4, true], [F13, false], [{ key: "MediaStop", code: "MediaStop" }, false]] as const) {
  test(`whether ${JSON.stringify(changes)} is written into a field`, () => assert.equal(isWritten({ ...pressed, ...changes }), expected));
}
