// Plays remote tracks through one WebAudio graph, each with a gain of its own that moves smoothly.

const RAMP_S = 0.08;
/** About -50 dBFS: below it a voice counts as silent. */
const SOUNDING = 0.003;

interface Voice {
  element: HTMLAudioElement;
  source: MediaStreamAudioSourceNode;
  gain: GainNode;
  meter: AnalyserNode;
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
    const stream = new MediaStream([track]);
    // Chromium gives WebAudio only silence for a remote track that no media element plays.
    const element = new Audio();
    element.muted = true;
    element.srcObject = stream;
    // Muted playback needs no permission; it is only cut short when the track goes at once.
    element.play().catch(() => undefined);
    const source = context.createMediaStreamSource(stream);
    const gain = context.createGain();
    const meter = context.createAnalyser();
    meter.fftSize = 2048;
    gain.gain.value = 0;
    source.connect(meter);
    source.connect(gain).connect(context.destination);
    this.#voices.set(sid, { element, source, gain, meter });
  }

  remove(sid: string): void {
    const voice = this.#voices.get(sid);
    if (!voice) return;
    this.#voices.delete(sid);
    voice.source.disconnect();
    voice.gain.disconnect();
    voice.element.srcObject = null;
  }

  /** Move a track's volume there within about a fifth of a second. */
  setVolume(sid: string, volume: number): void {
    const voice = this.#voices.get(sid);
    if (voice && this.#context) voice.gain.gain.setTargetAtTime(volume, this.#context.currentTime, RAMP_S);
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
