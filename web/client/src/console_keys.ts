// Which key does what: the defaults and what the interpreter chose instead. Pure.

import { ACTIONS, type ActionId } from "./actions.ts";

export interface Pressed {
  key: string;
  code: string;
  ctrlKey: boolean;
  altKey: boolean;
  metaKey: boolean;
}

/** Key by action; empty: it has none. */
export type Keys = Readonly<Record<ActionId, string>>;

export type Change = { is: "changed"; keys: Keys } | { is: "taken"; by: ActionId } | { is: "reserved" } | { is: "waiting" };

const MODIFIERS = new Set(["Shift", "Control", "Alt", "AltGraph", "Meta", "CapsLock", "Fn", "Dead", "Unidentified", "Process"]);
/** What keypads and pedals send besides letters: F13 to F24, their own digits and signs, and the keys of players. */
const OF_KEYPADS = /^(?:F(?:1[3-9]|2[0-4])|Numpad(?:\d|Add|Subtract|Multiply|Divide|Decimal|Equal|Comma)|Media(?:PlayPause|Play|Pause|Stop|TrackNext|TrackPrevious))$/;

/** The names of a key, the most particular first; none: it is the browser's, or it moves the focus.
 *
 * A digit of the keypad is a digit too, until it is given something of its own. Where the keyboard writes other letters
 * than a to z, or signs instead of digits, the key's place counts. */
function namesOf({ key, code, ctrlKey, altKey, metaKey }: Pressed): string[] {
  if (ctrlKey || altKey || metaKey) return [];
  const particular = [code, key].filter((name) => OF_KEYPADS.test(name)).slice(0, 1);
  const place = /^(?:Key|Digit|Numpad)([A-Z0-9])$/.exec(code)?.[1];
  const sign = /^[a-z0-9]$/i.test(key) ? key : (place ?? ([...key].length === 1 && particular.length === 0 ? key.trim() : ""));
  return [...particular, ...(sign === "" ? [] : [sign.toLowerCase()])];
}

/** What this key does. */
export function actionOf(pressed: Pressed, keys: Keys): ActionId | null {
  for (const name of namesOf(pressed)) {
    const found = ACTIONS.find(({ id }) => keys[id] === name);
    if (found) return found.id;
  }
  return null;
}

/** Whether a field for text would write it. */
export const isWritten = (pressed: Pressed): boolean => !namesOf(pressed).some((name) => OF_KEYPADS.test(name) && !name.startsWith("Numpad"));

/** Let an action have another key; a key that does something already is refused, and so is one of the browser's. */
export function change(keys: Keys, id: ActionId, pressed: Pressed): Change {
  if (MODIFIERS.has(pressed.key)) return { is: "waiting" };
  const [name] = namesOf(pressed);
  if (name === undefined) return { is: "reserved" };
  const taken = ACTIONS.find((other) => other.id !== id && keys[other.id] === name);
  return taken ? { is: "taken", by: taken.id } : { is: "changed", keys: { ...keys, [id]: name } };
}

/** The defaults, with what was chosen instead: a default that is chosen for something else is nobody's. */
export function keysWith(chosen: ReadonlyMap<string, string>): Keys {
  const used = new Set<string>();
  const keys = Object.fromEntries(ACTIONS.map(({ id }) => [id, ""])) as Record<ActionId, string>;
  const give = (id: ActionId, key: string): void => {
    if (key === "" || used.has(key)) return;
    keys[id] = key;
    used.add(key);
  };
  for (const { id } of ACTIONS) give(id, chosen.get(id) ?? "");
  for (const { id, key } of ACTIONS) if (keys[id] === "") give(id, key);
  return keys;
}

export const DEFAULT_KEYS = keysWith(new Map());

/** What was chosen, as text to remember. */
export function encodeKeys(keys: Keys): string {
  const chosen = ACTIONS.filter(({ id, key }) => keys[id] !== key && keys[id] !== "");
  return JSON.stringify(Object.fromEntries(chosen.map(({ id }) => [id, keys[id]])));
}

/** Reads what was remembered, also by another version; the defaults where it is no such thing. */
export function decodeKeys(text: string | null): Keys {
  let found: unknown = null;
  try {
    found = JSON.parse(text ?? "null");
  } catch {
    return DEFAULT_KEYS;
  }
  if (typeof found !== "object" || found === null) return DEFAULT_KEYS;
  return keysWith(new Map(Object.entries(found).filter((entry): entry is [string, string] => typeof entry[1] === "string")));
}

/** As it is printed on a button. */
export function printed(key: string): string {
  const particular = /^(Numpad|Media)(.+)$/.exec(key);
  if (particular === null) return key.length === 1 ? key.toUpperCase() : key;
  const [, kind, rest = ""] = particular;
  return kind === "Numpad" ? `Num ${SIGNS[rest] ?? rest}` : rest.replace(/(?<=[a-z])(?=[A-Z])/g, " ");
}

const SIGNS: Record<string, string> = { Add: "+", Subtract: "−", Multiply: "×", Divide: "÷", Decimal: ".", Equal: "=", Comma: "," };
