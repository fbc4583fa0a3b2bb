// What a listener should hear now: how loud the translation and each microphone of the floor are. Pure; fed with times.

import { isSameLanguage, type RoomState } from "./state.ts";

/** The translation at full volume, the floor ducked to a fifth (0 = only the original, 100 = only the translation). */
export const DEFAULT_BALANCE = 90;
/** How long a voice counts as speaking after its last sound: breaths do not lift the floor. */
const HANG_OVER_S = 1.5;

export interface Mix {
  voice: number;
  /** Gain of each speaker's microphone, by identity. */
  floor: Map<string, number>;
}

/** The two volumes of one slider: in the middle both are full. */
export function volumes(balance: number): { original: number; translation: number } {
  const position = Math.min(100, Math.max(0, balance));
  return { original: Math.min(1, (100 - position) / 50), translation: Math.min(1, position / 50) };
}

/** Remembers who spoke a moment ago, so that nothing pumps in a breath. */
export class OnAir {
  #voiceUntilS = -Infinity;
  readonly #floorUntilS = new Map<string, number>();

  /** The translation's voice has just been heard. */
  hearVoice(nowS: number): void {
    this.#voiceUntilS = nowS + HANG_OVER_S;
  }

  /** What to hear now on the channel of `language`, given who is on the floor (`languages`: identity → language). */
  mix(language: string, balance: number, state: RoomState | null, floor: Map<string, string>, nowS: number): Mix {
    const { original, translation } = volumes(balance);
    for (const speaker of state?.speakers ?? []) {
      if (speaker.speaking) this.#floorUntilS.set(speaker.identity, nowS + HANG_OVER_S);
    }
    const isOwn = (identity: string): boolean => isSameLanguage(floor.get(identity) ?? "", language);
    const speaksNow = (identity: string): boolean => (this.#floorUntilS.get(identity) ?? -Infinity) > nowS;
    const isFloorOnAir = state?.channels.get(language)?.source === "floor" || [...floor.keys()].some((identity) => isOwn(identity) && speaksNow(identity));
    const isVoiceOn = !isFloorOnAir && this.#voiceUntilS > nowS && translation > 0;
    const under = isVoiceOn ? original : Math.min(1, original * 5);
    const gain = (identity: string): number => {
      if (isOwn(identity)) return 1;
      return isFloorOnAir ? Math.min(original, 0.2) : under;
    };
    return {
      voice: isFloorOnAir ? 0 : translation,
      floor: new Map([...floor.keys()].map((identity) => [identity, gain(identity)])),
    };
  }
}
