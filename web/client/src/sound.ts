// Plays remote tracks through one WebAudio graph, each with a gain of its own that moves smoothly, and measures them.

import type { Wanted } from "./channels.ts";
import { BLOCK_S, fadeGain, Matching } from "./loudness.ts";
import { OnAir, voiceOf, type Present } from "./on_air.ts";
import { closeRemoteAudio, openRemoteAudio, type RemoteAudio } from "./remote_audio.ts";

/** A switch of voices: no click, and with what is on its way of the one before no overlap that one notices. */
const FADE_S = 0.08;
const FADE_STEPS = 32;
/** Time constants of the gain that makes voices equally loud: while one hears it, and while not. */
const MATCH_S = 0.5;
const MATCH_UNHEARD_S = 0.01;
/** A change that nobody hears (dB). */
const NO_CHANGE_DB = 0.25;
/** About -50 dBFS: below it a voice counts as silent. */
const SOUNDING = 0.003;

interface Voice extends RemoteAudio {
  /** Makes it as loud as other voices … */
  match: GainNode;
  matchDb: number;
  /** … and this is its place in the mix. */
  gain: GainNode;
  fade: { from: number; to: number; startS: number };
  meter: AnalyserNode;
  /** Hears it as BS.1770 does; made when first asked. */
  ear: AnalyserNode | null;
}

export class Sound {
  readonly #voices = new Map<string, Voice>();
  readonly #onBlocked: (isBlocked: boolean) => void;
  #context: AudioContext | null = null;

  /** `onBlocked` tells when the device holds sound back (until a tap) and when it plays again. */
  constructor(onBlocked: (isBlocked: boolean) => void) {
    this.#onBlocked = onBlocked;
  }

  /** Begin or resume; must run inside a tap or key press. */
  async start(): Promise<void> {
    if (this.#context === null) {
      this.#context = new AudioContext({ latencyHint: "interactive" });
      this.#context.addEventListener("statechange", () => this.#onBlocked(this.#context?.state !== "running"));
      // iPhones mute WebAudio by the ring switch unless the page says that it plays.
      const session = (navigator as Navigator & { audioSession?: { type: string } }).audioSession;
      if (session) session.type = "playback";
    }
    await this.#context.resume();
    this.#onBlocked(this.#context.state !== "running");
  }

  /** Play nothing until `start`. */
  async pause(): Promise<void> {
    for (const sid of [...this.#voices.keys()]) this.remove(sid);
    await this.#context?.suspend();
  }

  add(sid: string, track: MediaStreamTrack): void {
    const context = this.#context;
    if (context === null || this.#voices.has(sid)) return;
    const remote = openRemoteAudio(context, track);
    const match = context.createGain();
    const gain = context.createGain();
    const meter = context.createAnalyser();
    meter.fftSize = 2048;
    gain.gain.value = 0;
    remote.source.connect(meter);
    remote.source.connect(match).connect(gain).connect(context.destination);
    const fade = { from: 0, to: 0, startS: context.currentTime };
    this.#voices.set(sid, { ...remote, match, matchDb: 0, gain, fade, meter, ear: null });
  }

  remove(sid: string): void {
    const voice = this.#voices.get(sid);
    if (!voice) return;
    this.#voices.delete(sid);
    closeRemoteAudio(voice);
    voice.gain.disconnect();
  }

  /** Move a track's volume there within `FADE_S`; another that moves at the same time takes its place. */
  setVolume(sid: string, volume: number): void {
    const voice = this.#voices.get(sid);
    if (!voice || !this.#context || voice.fade.to === volume) return;
    const startS = this.#context.currentTime;
    // Firefox does not tell the present value of a parameter that moves.
    const from = fadeGain(voice.fade.from, voice.fade.to, (startS - voice.fade.startS) / FADE_S);
    voice.fade = { from, to: volume, startS };
    const curve = Float32Array.from({ length: FADE_STEPS }, (_, step) => fadeGain(from, volume, step / (FADE_STEPS - 1)));
    voice.gain.gain.cancelScheduledValues(0);
    voice.gain.gain.setValueCurveAtTime(curve, startS, FADE_S);
  }

  /** Make a track louder or softer by this, whatever its volume: slowly while one hears it. */
  setMatch(sid: string, matchDb: number): void {
    const voice = this.#voices.get(sid);
    if (!voice || !this.#context || Math.abs(voice.matchDb - matchDb) < NO_CHANGE_DB) return;
    voice.matchDb = matchDb;
    const constantS = voice.fade.to > 0 ? MATCH_S : MATCH_UNHEARD_S;
    voice.match.gain.setTargetAtTime(10 ** (matchDb / 20), this.#context.currentTime, constantS);
  }

  /** K-weighted mean square of the track's last block, before every gain. */
  meanSquare(sid: string): number {
    const voice = this.#voices.get(sid);
    if (!voice || !this.#context) return 0;
    voice.ear ??= weightedEar(this.#context, voice.source);
    const samples = new Float32Array(voice.ear.fftSize);
    voice.ear.getFloatTimeDomainData(samples);
    const block = samples.subarray(-Math.round(BLOCK_S * this.#context.sampleRate));
    return block.reduce((sum, sample) => sum + sample * sample, 0) / block.length;
  }

  /** Whether the track carries sound at this moment. */
  isSounding(sid: string): boolean {
    const meter = this.#voices.get(sid)?.meter;
    if (!meter) return false;
    const samples = new Float32Array(meter.fftSize);
    meter.getFloatTimeDomainData(samples);
    return Math.sqrt(samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length) > SOUNDING;
  }
}

/** The weighting of BS.1770, to within 0.05 dB of its table from 20 Hz to 16 kHz. */
function weightedEar(context: AudioContext, source: AudioNode): AnalyserNode {
  const shelf = new BiquadFilterNode(context, { type: "highshelf", frequency: 1500, gain: 4 });
  const highPass = new BiquadFilterNode(context, { type: "highpass", frequency: 38, Q: 20 * Math.log10(0.5) });
  const ear = new AnalyserNode(context, { fftSize: 32768 });
  source.connect(shelf).connect(highPass).connect(ear);
  return ear;
}

/** Lets tracks sound as `on_air.ts` says: each voice in its turn, all of them equally loud. */
export class Mixer {
  readonly #sound: Sound;
  readonly #onAir = new OnAir();
  readonly #matching = new Matching();

  constructor(sound: Sound) {
    this.#sound = sound;
  }

  /** Call at every change, and ten times a second. */
  mix(language: string, balance: number, wanted: Wanted, present: Present, nowS: number): void {
    const { voices, humans, floor } = wanted;
    const { isMachine, human } = voiceOf(present.state?.channels.get(language), present.isStaffed);
    const isOnAir = (sid: string): boolean => (voices.has(sid) ? isMachine : humans.get(sid) === human);
    const onAir = [...voices.keys(), ...humans.keys()].filter(isOnAir);
    if (onAir.some((sid) => this.#sound.isSounding(sid))) this.#onAir.hearVoice(nowS);
    const mix = this.#onAir.mix(language, balance, present, nowS);
    for (const sid of voices.keys()) this.#sound.setVolume(sid, mix.voice);
    for (const [sid, identity] of humans) this.#sound.setVolume(sid, mix.humans.get(identity) ?? 0);
    for (const [sid, identity] of floor) this.#sound.setVolume(sid, mix.floor.get(identity) ?? 0);
  }

  /** Make every human of the channel as loud as its machine; call ten times a second. */
  match(language: string, { voices, humans }: Wanted): void {
    const machine = `voice:${language}`;
    for (const sid of voices.keys()) this.#matching.hear(machine, this.#sound.meanSquare(sid));
    for (const [sid, identity] of humans) {
      this.#matching.hear(identity, this.#sound.meanSquare(sid));
      this.#sound.setMatch(sid, this.#matching.gainDb(identity, machine));
    }
  }
}
