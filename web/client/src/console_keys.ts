// The console's keys. Pure.

export type Key = "m" | "c" | "t" | "b" | "h" | "s" | "r" | "l" | "o" | "y" | "n" | "1" | "2" | "3" | "4" | "5" | "6" | "7" | "8" | "9";

const KEYS = "mctbhsrloyn123456789";

interface Pressed {
  key: string;
  code: string;
  ctrlKey: boolean;
  altKey: boolean;
  metaKey: boolean;
}

/** Which of the console's keys this is; where the keyboard writes other letters, the key's place counts. */
export function keyOf({ key, code, ctrlKey, altKey, metaKey }: Pressed): Key | null {
  if (ctrlKey || altKey || metaKey) return null;
  const letter = /^[a-z0-9]$/i.test(key) ? key : (/^(?:Key|Digit|Numpad)([A-Z0-9])$/.exec(code)?.[1] ?? "");
  const found = letter.toLowerCase();
  return found !== "" && KEYS.includes(found) ? (found as Key) : null;
}

/** The keys that work while they are held; whatever else is pressed with them when they are let go. */
export function heldKeyOf({ key, code }: Pick<Pressed, "key" | "code">): "c" | "t" | null {
  const found = keyOf({ key, code, ctrlKey: false, altKey: false, metaKey: false });
  return found === "c" || found === "t" ? found : null;
}

/** Letters belong to the field that the keyboard writes in. */
export function isTyping({ target }: Pick<KeyboardEvent, "target">): boolean {
  if (target instanceof HTMLInputElement) return target.type === "text";
  return target instanceof HTMLSelectElement || target instanceof HTMLTextAreaElement;
}
