// What the lamp above an interpreter's microphone button says, and what a press of it does. Pure.

import { staffOf, type Channel, type Wish } from "./state.ts";

export interface Situation {
  /** This interpreter's identity. */
  me: string;
  isConnected: boolean;
  hasMicrophone: boolean;
  wish: Wish | null;
  /** The floor agent's word; null while it has said none. */
  onAir: Channel | null;
  /** Since the wish began to name whom it names. */
  askedForS: number;
  /** Whether a request to be on air is on its way. */
  isAsking: boolean;
  isCoughing: boolean;
}

export type Lamp =
  | { kind: "lost" | "off" | "waiting" | "on" | "cough" | "floor" }
  /** Another interpreter should be on air. */
  | { kind: "colleague"; who: string }
  /** `isMachine`: whether the machine speaks meanwhile, or nobody does. */
  | { kind: "bridged"; trouble: string; isMachine: boolean };

export type Press = "take" | "force" | "hand_back" | "arm" | "nothing";

/** A microphone that has just been opened needs a moment until its packets are counted. */
const OPENING_S = 2.5;
const OPENING: readonly string[] = ["microphone", "quiet", "gone"];

export function lampOf(situation: Situation): Lamp {
  const { me, isConnected, wish, onAir, isAsking, isCoughing, askedForS } = situation;
  if (!isConnected) return { kind: "lost" };
  if (wish === null || wish.human !== me) {
    if (isAsking) return { kind: "waiting" };
    return wish?.human ? { kind: "colleague", who: wish.human } : { kind: "off" };
  }
  if (isCoughing) return { kind: "cough" };
  if (onAir === null) return { kind: "waiting" };
  if (onAir.source === "human" && onAir.who === me) return { kind: "on" };
  if (onAir.trouble === "" || (askedForS < OPENING_S && OPENING.includes(onAir.trouble))) {
    return { kind: onAir.source === "floor" ? "floor" : "waiting" };
  }
  return { kind: "bridged", trouble: onAir.trouble, isMachine: onAir.source === "machine" };
}

/** `isArmed`: a first press has already asked whether to take the channel from a colleague. */
export function pressOf(lamp: Lamp, isArmed: boolean, hasMicrophone: boolean): Press {
  if (lamp.kind === "lost") return "nothing";
  if (lamp.kind === "off") return hasMicrophone ? "take" : "nothing";
  if (lamp.kind === "colleague") return hasMicrophone ? (isArmed ? "force" : "arm") : "nothing";
  // Back too late to go on unasked: asking again is what brings them back.
  if (lamp.kind === "bridged" && lamp.trouble === "late") return "take";
  return "hand_back";
}

/** So long who is relieved by a colleague stays open while the colleague's microphone opens: listeners hear no hole. */
const RELIEVED_S = 1;

/** Nobody overhears a booth: the microphone is open only for the channel that its interpreter should be heard in, or is
 * still heard in until the colleague is. */
export function isMicrophoneOpen({ me, wish, onAir, isCoughing, hasMicrophone, askedForS }: Situation): boolean {
  if (!hasMicrophone || isCoughing || wish === null) return false;
  const isOnAir = onAir?.source === "human" && onAir.who === me;
  return wish.human === me || (wish.human !== "" && isOnAir && askedForS < RELIEVED_S);
}

/** The wishes of all channels; the highest number holds, whether the room or an answer brought it. */
export class Wishes {
  #wishes = new Map<string, Wish & { sinceS: number }>();

  of(tag: string): Wish | null {
    return this.#wishes.get(tag) ?? null;
  }

  /** For how long the wish for this channel has named the same one. */
  ageS(tag: string, nowS: number): number {
    return nowS - (this.#wishes.get(tag)?.sinceS ?? nowS);
  }

  /** Read the room's metadata. */
  readMetadata(metadata: string, nowS: number): void {
    for (const [tag, wish] of staffOf(metadata)) this.take(tag, wish, nowS);
  }

  take(tag: string, wish: Wish, nowS: number): void {
    const known = this.#wishes.get(tag);
    // At the same number it may still change: an interpreter who is removed should be on air nowhere.
    if (known && wish.number < known.number) return;
    const isSame = known?.human === wish.human && known.number === wish.number;
    this.#wishes.set(tag, { ...wish, sinceS: isSame ? known.sinceS : nowS });
  }

  /** Another session counts from zero. */
  clear(): void {
    this.#wishes = new Map();
  }
}
