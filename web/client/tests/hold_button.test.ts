import assert from "node:assert/strict";
import { test } from "node:test";
import { listenToHold } from "../src/hold_button.ts";

const page = Object.assign(new EventTarget(), { hidden: false });
const view = new EventTarget();
Object.assign(globalThis, { document: page, addEventListener: view.addEventListener.bind(view) });

function pressed(...events: [string, Record<string, unknown>][]): boolean[] {
  const button = Object.assign(new EventTarget(), { setPointerCapture: () => undefined });
  const held: boolean[] = [];
  listenToHold(button as unknown as HTMLElement, (isHeld) => held.push(isHeld));
  for (const [type, values] of events) button.dispatchEvent(Object.assign(new Event(type), values));
  return held;
}

const SPACE = { key: " ", repeat: false };

test("a button is held while its key is down", () => {
  assert.deepEqual(pressed(["keydown", SPACE], ["keydown", { ...SPACE, repeat: true }], ["keyup", SPACE]), [true, false]);
});

test("a button whose key is let go elsewhere is not held for ever", () => {
  assert.deepEqual(pressed(["keydown", SPACE], ["blur", {}]), [true, false]);
});

test("a button that a pointer holds stays held when the focus goes", () => {
  assert.deepEqual(pressed(["pointerdown", { button: 0, pointerId: 1 }], ["blur", {}]), [true]);
});

test("the button of a pointer that opens a menu holds nothing", () => {
  assert.deepEqual(pressed(["pointerdown", { button: 2, pointerId: 1 }]), []);
});

/** Of a button whose key is down, after this event elsewhere. */
function afterwards(target: EventTarget, event: Event): boolean[] {
  const held = pressed(["keydown", SPACE]);
  target.dispatchEvent(event);
  return held;
}

test("a key that is let go under the command key, of which macOS tells nobody, is let go with it", () => {
  assert.deepEqual(afterwards(view, Object.assign(new Event("keyup"), { key: "Meta" })), [true, false]);
  assert.deepEqual(afterwards(view, Object.assign(new Event("keyup"), { key: "Shift" })), [true]);
});

test("a key of a page that nobody sees any more is let go", () => {
  page.hidden = true;
  assert.deepEqual(afterwards(page, new Event("visibilitychange")), [true, false]);
  page.hidden = false;
  assert.deepEqual(afterwards(page, new Event("visibilitychange")), [true]);
});
