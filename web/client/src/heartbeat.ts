// What a console says of itself to the floor agent, and when.

export const HEARTBEAT_TOPIC = "heartbeat";

export interface Condition {
  /** The interpreter holds the cough key: the channel stays theirs. */
  isCoughing: boolean;
  /** They keep silent on purpose. */
  isHolding: boolean;
  /** The channel that they listen to as relay; empty: the floor. */
  hears: string;
}

export function encodeHeartbeat({ isCoughing, isHolding, hears }: Condition): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(JSON.stringify({ cough: isCoughing, hold: isHolding, hears }));
}

/** Call every 300 ms, whether or not the page is seen, until the returned function is called. */
export function startHeartbeat(beat: () => void): () => void {
  const worker = new Worker("/static/dist/heartbeat_worker.js", { type: "module" });
  worker.addEventListener("message", beat);
  return () => worker.terminate();
}
