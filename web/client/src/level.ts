// How well a microphone hears its speaker, in words; pure, fed with levels and times.

export type Hearing = "silent" | "waiting" | "quiet" | "good" | "loud";

/** Root mean square of full scale: below this a microphone is off or unplugged, however quiet the room. */
const DEAD = 0.0003;
export const SPEECH = 0.006;
const NEAR = 0.02;
const CLIPPED = 0.985;
const WINDOW_S = 3;

export class Level {
  readonly #heard: { atS: number; rms: number; peak: number }[] = [];

  /** Take one measurement and say how the last three seconds were. */
  hear(rms: number, peak: number, atS: number): Hearing {
    this.#heard.push({ atS, rms, peak });
    while ((this.#heard[0]?.atS ?? atS) < atS - WINDOW_S) this.#heard.shift();
    const loudest = Math.max(...this.#heard.map((moment) => moment.rms));
    const clipped = this.#heard.filter((moment) => moment.peak >= CLIPPED).length;
    const isFull = atS - (this.#heard[0]?.atS ?? atS) >= WINDOW_S * 0.8;
    if (clipped >= 2) return "loud";
    if (loudest >= NEAR) return "good";
    if (loudest >= SPEECH) return "quiet";
    return isFull && loudest < DEAD ? "silent" : "waiting";
  }
}

/** A level as a person sees it on a bar, 0 to 1, over 60 dB. */
export function barOf(rms: number): number {
  return Math.min(1, Math.max(0, 1 + Math.log10(Math.max(rms, 1e-6)) / 3));
}
