// What an interpreter hears: one mix of remote tracks, then tone, volume and a limiter, and nothing else.

import { closeRemoteAudio, openRemoteAudio, type RemoteAudio } from "./remote_audio.ts";

const RAMP_S = 0.02;
/** What else is heard while a colleague talks: 12 dB less. */
const DUCKED = 10 ** (-12 / 20);
const CEILING = 10 ** (-1 / 20);
const CHIME_HZ = 660;
const CHIME_GAIN = 0.05;
const CHIME_S = 0.15;
const BASS_HZ = 250;
const TREBLE_HZ = 3000;

interface Voice extends RemoteAudio {
  gain: GainNode;
}

interface Chain {
  context: AudioContext;
  entry: AudioNode;
  bass: BiquadFilterNode;
  treble: BiquadFilterNode;
  volume: GainNode;
}

/** Newer than TypeScript's DOM library: Chromium alone lets a graph choose its device. */
type WithSink = AudioContext & { setSinkId?(id: string): Promise<void> };

export const canChooseOutput = (): boolean => typeof AudioContext !== "undefined" && "setSinkId" in AudioContext.prototype;

export class ConsoleSound {
  readonly #voices = new Map<string, Voice>();
  readonly #waiting = new Map<string, MediaStreamTrack>();
  readonly #gains = new Map<string, number>();
  #chain: Chain | null = null;

  /** Begin; must run inside a tap or key press. */
  async start(outputId: string): Promise<void> {
    const context = new AudioContext({ latencyHint: "interactive" });
    const [bass, treble] = [shelf(context, "lowshelf", BASS_HZ), shelf(context, "highshelf", TREBLE_HZ)];
    const volume = context.createGain();
    bass.connect(treble).connect(volume).connect(await limiterOf(context)).connect(context.destination);
    await context.resume();
    this.#chain = { context, entry: bass, bass, treble, volume };
    await this.chooseOutput(outputId);
    for (const [sid, track] of this.#waiting) this.add(sid, track);
    this.#waiting.clear();
  }

  async close(): Promise<void> {
    for (const sid of [...this.#voices.keys()]) this.remove(sid);
    await this.#chain?.context.close();
  }

  /** Where one hears it; empty: where the device plays everything. */
  async chooseOutput(id: string): Promise<void> {
    try {
      await (this.#chain?.context as WithSink | undefined)?.setSinkId?.(id);
    } catch (error) {
      // A headset that has been unplugged since it was chosen: the sound stays where it is.
      if (!(error instanceof DOMException)) throw error;
    }
  }

  add(sid: string, track: MediaStreamTrack): void {
    if (this.#chain === null) {
      this.#waiting.set(sid, track);
      return;
    }
    if (this.#voices.has(sid)) return;
    const { context, entry } = this.#chain;
    const remote = openRemoteAudio(context, track);
    const gain = context.createGain();
    gain.gain.value = this.#gains.get(sid) ?? 0;
    remote.source.connect(gain).connect(entry);
    this.#voices.set(sid, { ...remote, gain });
  }

  remove(sid: string): void {
    this.#waiting.delete(sid);
    const voice = this.#voices.get(sid);
    if (!voice) return;
    this.#voices.delete(sid);
    closeRemoteAudio(voice);
    voice.gain.disconnect();
  }

  /** Hear exactly these tracks, and colleagues of the booth before them. */
  hear(sids: ReadonlySet<string>, colleagues: ReadonlySet<string> = new Set()): void {
    for (const sid of new Set([...this.#voices.keys(), ...this.#gains.keys(), ...sids, ...colleagues])) {
      const gain = gainOf(sid, sids, colleagues);
      if (this.#gains.get(sid) === gain) continue;
      this.#gains.set(sid, gain);
      this.#moveTo(this.#voices.get(sid)?.gain.gain, gain);
    }
  }

  /** `volume` 0 to 100, at which 70 leaves sound as loud as it came; tone in dB. */
  setTone(volume: number, bassDb: number, trebleDb: number): void {
    this.#moveTo(this.#chain?.volume.gain, (volume / 70) ** 2);
    this.#moveTo(this.#chain?.bass.gain, bassDb);
    this.#moveTo(this.#chain?.treble.gain, trebleDb);
  }

  /** A short soft tone: something came. */
  chime(): void {
    if (this.#chain === null) return;
    const { context, entry } = this.#chain;
    const [tone, gain] = [new OscillatorNode(context, { frequency: CHIME_HZ }), new GainNode(context, { gain: 0 })];
    gain.gain.setTargetAtTime(CHIME_GAIN, context.currentTime, RAMP_S);
    gain.gain.setTargetAtTime(0, context.currentTime + CHIME_S, RAMP_S);
    tone.connect(gain).connect(entry);
    tone.start();
    tone.stop(context.currentTime + CHIME_S * 2);
  }

  #moveTo(parameter: AudioParam | undefined, value: number): void {
    if (this.#chain) parameter?.setTargetAtTime(value, this.#chain.context.currentTime, RAMP_S);
  }
}

/** How loud a track is beside the others. */
export function gainOf(sid: string, sids: ReadonlySet<string>, colleagues: ReadonlySet<string>): number {
  if (colleagues.has(sid)) return 1;
  if (!sids.has(sid)) return 0;
  return colleagues.size > 0 ? DUCKED : 1;
}

function shelf(context: AudioContext, type: BiquadFilterType, hz: number): BiquadFilterNode {
  return new BiquadFilterNode(context, { type, frequency: hz, gain: 0 });
}

/** Ears are protected also where the browser runs no code on its audio thread: there by clipping. */
async function limiterOf(context: AudioContext): Promise<AudioNode> {
  try {
    await context.audioWorklet.addModule("/static/dist/limiter_worklet.js");
    return new AudioWorkletNode(context, "limiter");
  } catch (error) {
    if (!(error instanceof DOMException) && !(error instanceof TypeError)) throw error;
    const points = 2001;
    const curve = Float32Array.from({ length: points }, (_, index) => (2 * index) / (points - 1) - 1);
    return new WaveShaperNode(context, { curve: curve.map((level) => Math.min(CEILING, Math.max(-CEILING, level))) });
  }
}
