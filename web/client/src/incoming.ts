// What an interpreter listens to: the floor, or another channel as relay. Pure.

import type { Channel } from "./state.ts";

export const FLOOR = "";

/** One of the sources to choose from, in the order of its key. */
export interface Source {
  /** `FLOOR` or a channel's tag. */
  tag: string;
  /** 1 to 9; empty: none is left. */
  key: string;
  /** What a relay is, as a key of the page's strings: `relay_floor`, `relay_machine_1`, `relay_human_2`, `sound_headset` … */
  words: string;
  /** Name of the human, or of the speaker. */
  name: string;
  /** One's own channel cannot be heard: it would come back as an echo of oneself. */
  isOwn: boolean;
}

/** Every source; keys never move, whoever speaks. `floor`: what is to be said of the speaker's sound. */
export function sourcesOf(
  channels: string[],
  own: string,
  onAir: ReadonlyMap<string, Channel>,
  floor: { words: string; name: string },
): Source[] {
  const relays = channels.map((tag, index) => {
    const now = onAir.get(tag);
    const words = tag === own ? "relay_own" : hasFailed(now) ? "relay_failed" : `relay_${now?.source ?? "none"}${handOf(now)}`;
    return { tag, key: index < 8 ? String(index + 2) : "", words, name: now?.name ?? "", isOwn: tag === own };
  });
  return [{ tag: FLOOR, key: "1", ...floor, isOwn: false }, ...relays];
}

/** Whether it is the machine's, which brings nothing. */
const hasFailed = (now: Channel | undefined): boolean => now?.source === "machine" && now.state === "failed";

/** The first hand works from the floor, the second from a relay; of a third one need not know. */
function handOf(now: Channel | undefined): string {
  if (now?.source !== "machine" && now?.source !== "human") return "";
  return now.relay === 0 ? "_1" : "_2";
}

/** What one hears now, and what one heard last besides the floor: one key changes between them. */
export interface Incoming {
  tag: string;
  relay: string | null;
}

export function choose(incoming: Incoming, tag: string, own: string): Incoming {
  if (tag === FLOOR) return { ...incoming, tag };
  return tag === own ? incoming : { tag, relay: tag };
}

/** Between the floor and the last relay; without one, the first that is not one's own. */
export function swap(incoming: Incoming, channels: string[], own: string): Incoming {
  if (incoming.tag !== FLOOR) return { ...incoming, tag: FLOOR };
  const relay = incoming.relay !== null && incoming.relay !== own ? incoming.relay : channels.find((tag) => tag !== own);
  return relay === undefined ? incoming : choose(incoming, relay, own);
}

/** Incoming and outgoing never become the same: who changes direction into what they hear gets the floor. */
export function withOwn(incoming: Incoming, own: string): Incoming {
  return { tag: incoming.tag === own ? FLOOR : incoming.tag, relay: incoming.relay === own ? null : incoming.relay };
}

export type Heard = { from: "floor" } | { from: "machine"; tag: string } | { from: "human"; who: string };

/** Whose voice that is at this moment; a channel in which nobody speaks gives the floor. */
export function heardOn(tag: string, onAir: ReadonlyMap<string, Channel>): Heard {
  if (tag === FLOOR) return { from: "floor" };
  const now = onAir.get(tag);
  if (now === undefined || now.source === "machine") return { from: "machine", tag };
  return now.source === "human" ? { from: "human", who: now.who } : { from: "floor" };
}
