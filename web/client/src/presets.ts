// Sources that an interpreter keeps under three keys, as booth desks have them: press to hear, hold to keep. Pure.

export const PRESETS = ["1", "2", "3"] as const;
export type Preset = (typeof PRESETS)[number];

/** `FLOOR` or a channel's tag; null: nothing is kept there yet. */
export type Presets = Readonly<Record<Preset, string | null>>;

export const NO_PRESETS: Presets = { 1: null, 2: null, 3: null };

export function keep(presets: Presets, preset: Preset, tag: string): Presets {
  return { ...presets, [preset]: tag };
}

/** Reads what was remembered; a source that the meeting has no more is nothing. */
export function decodePresets(text: string | null, known: readonly string[]): Presets {
  let found: unknown = null;
  try {
    found = JSON.parse(text ?? "null");
  } catch {
    return NO_PRESETS;
  }
  if (typeof found !== "object" || found === null) return NO_PRESETS;
  const kept = found as Record<string, unknown>;
  const read = (preset: Preset): string | null => known.find((tag) => tag === kept[preset]) ?? null;
  return { 1: read("1"), 2: read("2"), 3: read("3") };
}
