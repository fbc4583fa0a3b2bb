// What the booth's panel says, as keys of the page's strings. Pure.

import type { Colleague } from "./booth_room.ts";
import type { Talk } from "./booth_talk.ts";
import { phrase } from "./console_words.ts";
import { SPEECH } from "./level.ts";
import type { Phrase } from "./words.ts";

/** Whose sound is shown, to the booth or on air. */
export interface Heard {
  name: string;
  /** Root mean square of full scale. */
  level: number;
}

/** As they stand on the buttons. */
export interface HeldKeys {
  cough: string;
  talk: string;
}

const names = (colleagues: Colleague[]): string => colleagues.map(({ name }) => name).join(", ");

/** Who talks to whom in the booth, or why one cannot; null: nobody. */
export function talkWords(talk: Talk, colleagues: Colleague[], keys: HeldKeys): Phrase | null {
  const talking = colleagues.filter(({ isTalking }) => isTalking);
  if (talking.length > 0) return phrase("mate_talks", "live", { name: names(talking) });
  if (talk === "closed") return null;
  return talk === "open" ? phrase("talk_open", "live", { name: names(colleagues) }) : phrase(`talk_${talk}`, "caution", { ...keys });
}

export function countWords(isConnected: boolean, colleagues: Colleague[]): Phrase {
  if (!isConnected) return phrase("booth_away", "caution");
  return colleagues.length === 0 ? phrase("booth_alone") : phrase("booth_count", "calm", { count: String(colleagues.length + 1) });
}

/** The level that a meter shows, for who does not see it. */
export function heardWords({ name, level }: Heard): Phrase {
  return phrase(level >= SPEECH ? "mate_heard" : "mate_silent", "calm", { name });
}
