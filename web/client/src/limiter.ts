// A look-ahead limiter for headphones: no sample leaves above the ceiling, and nothing below it is touched. Pure.

export interface LimiterOptions {
  lookAheadMs: number;
  ceilingDb: number;
  releaseMs: number;
}

const DEFAULTS: LimiterOptions = { lookAheadMs: 2, ceilingDb: -1, releaseMs: 100 };

/**
 * The gain of each moment is the mean, over the look-ahead, of the least gain that any sample of the look-ahead
 * needs. Each value in that mean is low enough for the sample that leaves, so the mean is too, and it moves smoothly.
 */
export class Limiter {
  readonly ceiling: number;
  /** Of what leaves behind what comes in. */
  readonly delaySamples: number;
  readonly #length: number;
  readonly #release: number;
  readonly #needed: Float64Array;
  readonly #held: Float64Array;
  #delayed: Float32Array[] = [];
  #at = 0;
  #sum: number;
  #last = 1;
  /** Samples since one was above the ceiling. */
  #calm: number;

  constructor(rateHz: number, options: Partial<LimiterOptions> = {}) {
    const { lookAheadMs, ceilingDb, releaseMs } = { ...DEFAULTS, ...options };
    this.#length = Math.max(1, Math.round((lookAheadMs * rateHz) / 1000));
    this.delaySamples = this.#length - 1;
    this.ceiling = 10 ** (ceilingDb / 20);
    this.#release = 1 - Math.exp(-1000 / (releaseMs * rateHz));
    this.#needed = new Float64Array(this.#length).fill(1);
    this.#held = new Float64Array(this.#length).fill(1);
    this.#sum = this.#length;
    this.#calm = this.#length;
  }

  /** Limit one block; the channels share one gain, so that nothing moves sideways. */
  process(input: readonly Float32Array[], output: readonly Float32Array[]): void {
    const frames = output[0]?.length ?? 0;
    while (this.#delayed.length < output.length) this.#delayed.push(new Float32Array(this.#length));
    for (let frame = 0; frame < frames; frame++) {
      const gain = this.#advance(peakOf(input, frame));
      const oldest = (this.#at + 1) % this.#length;
      output.forEach((channel, index) => {
        const delayed = this.#delayed[index] as Float32Array;
        delayed[this.#at] = sampleOf(input[index], frame);
        const sample = (delayed[oldest] as number) * gain;
        channel[frame] = Math.min(this.ceiling, Math.max(-this.ceiling, sample));
      });
      this.#at = oldest;
    }
  }

  #advance(peak: number): number {
    const needed = peak > this.ceiling ? this.ceiling / peak : 1;
    this.#needed[this.#at] = needed;
    this.#calm = needed < 1 ? 0 : this.#calm + 1;
    const least = this.#calm >= this.#length ? 1 : this.#needed.reduce((one, other) => Math.min(one, other), 1);
    const risen = this.#last + (1 - this.#last) * this.#release;
    this.#last = Math.min(least, risen > 0.999999 ? 1 : risen);
    this.#sum += this.#last - (this.#held[this.#at] as number);
    this.#held[this.#at] = this.#last;
    return Math.min(1, this.#sum / this.#length);
  }
}

function peakOf(channels: readonly Float32Array[], frame: number): number {
  let peak = 0;
  for (const channel of channels) peak = Math.max(peak, Math.abs(sampleOf(channel, frame)));
  return peak;
}

/** A broken sample counts as silence: one that is no number would stay in the gain for ever. */
function sampleOf(channel: Float32Array | undefined, frame: number): number {
  const sample = channel?.[frame] ?? 0;
  return Number.isFinite(sample) ? sample : 0;
}
