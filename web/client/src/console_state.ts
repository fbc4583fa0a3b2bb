// What the floor agent says of who is on air, as a console needs it. Pure.

export type Voice = "floor" | "human" | "machine" | "none";

export interface OnAir {
  source: Voice;
  /** Identity of the human on air. */
  who: string;
  name: string;
  number: number;
  /** What keeps the human who should be on air off it; empty: nothing. */
  trouble: string;
  /** For how long they have said nothing while words came from the floor. */
  silentS: number;
  lagS: number;
}

const VOICES: readonly string[] = ["floor", "human", "machine", "none"] satisfies Voice[];

const text = (value: unknown): string => (typeof value === "string" ? value : "");
const number = (value: unknown): number => (typeof value === "number" && Number.isFinite(value) ? value : 0);

/** Read each channel of a state message that `state.ts` took; what is unknown counts as not said. */
export function onAirOf(payload: Uint8Array): Map<string, OnAir> {
  const found = new Map<string, OnAir>();
  const { channels = {} } = JSON.parse(new TextDecoder().decode(payload)) as { channels?: Record<string, unknown> };
  for (const [tag, value] of Object.entries(channels)) {
    if (typeof value !== "object" || value === null) continue;
    const told = value as Record<string, unknown>;
    const source = VOICES.includes(text(told.source)) ? (told.source as Voice) : "none";
    found.set(tag, {
      source,
      who: text(told.who),
      name: text(told.name),
      number: number(told.number),
      trouble: text(told.trouble),
      silentS: number(told.silent_s),
      lagS: Math.max(0, number(told.lag_s)),
    });
  }
  return found;
}
