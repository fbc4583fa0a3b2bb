// Captions that were said while nothing arrived, from the server's history.

import { history, Refused, Unreachable, type Grant } from "./api.ts";
import { historyFrame, type CaptionFrame, type CaptionReceiver } from "./captions.ts";

/** Finals may be written to the store a moment after they were shown. */
const HISTORY_OVERLAP_S = 10;
/** A dead job's worker finds it, and stores what it had said, within 2.5 s. */
const LAST_WORDS_MS = 4000;
/** Not every page asks at once. */
const SPREAD_MS = 3000;

/** The finals since the last that was received; none while the server cannot tell. */
export async function missedCaptions(grant: Grant, language: string, received: CaptionReceiver): Promise<CaptionFrame[]> {
  const lastS = received.finals.at(-1)?.startS;
  try {
    const segments = await history(grant, language, lastS === undefined ? null : lastS - HISTORY_OVERLAP_S);
    return segments.map(historyFrame).filter((frame) => frame !== null);
  } catch (error) {
    // The snapshot on the data track heals the last finals; a later outage or join asks again.
    if (!isTemporary(error)) throw error;
    return [];
  }
}

/** Until the history has what an agent that is gone had said, final or not, and may have told nobody. */
export function lastWords(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, LAST_WORDS_MS + Math.random() * SPREAD_MS));
}

/** Whether asking again later may help. */
export const isTemporary = (error: unknown): boolean => error instanceof Unreachable || error instanceof Refused;
