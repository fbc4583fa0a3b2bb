// The console's keys. Pure.

export type Key = "m" | "c" | "h" | "s" | "r" | "l" | "1" | "2" | "3" | "4" | "5" | "6" | "7" | "8" | "9";

const KEYS = "mchsrl123456789";

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
