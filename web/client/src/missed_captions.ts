// Captions that were said while nothing arrived, from the server's history.

import { history, Refused, Unreachable, type Grant } from "./api.ts";
import { historyFrame, type CaptionFrame, type CaptionReceiver } from "./captions.ts";

/** Finals may be written to the store a moment after they were shown. */
const HISTORY_OVERLAP_S = 10;

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

/** Whether asking again later may help. */
export const isTemporary = (error: unknown): boolean => error instanceof Unreachable || error instanceof Refused;
