// A microphone: opened with the browser's own treatment of echo and noise or without, measured, and watched.

import { soundOf, type Sound } from "./microphone_sound.ts";

/** Why there is no microphone; keys of the page's strings. */
export type Trouble = "mic_denied" | "mic_none" | "mic_busy" | "mic_insecure" | "mic_failed";

export class NoMicrophone extends Error {
  constructor(readonly trouble: Trouble) {
    super(trouble);
  }
}

const TROUBLES: Record<string, Trouble> = {
  NotAllowedError: "mic_denied",
  SecurityError: "mic_denied",
  NotFoundError: "mic_none",
  OverconstrainedError: "mic_none",
  NotReadableError: "mic_busy",
  AbortError: "mic_busy",
};

export interface Device {
  id: string;
  label: string;
}

/** Microphones that this page may use; their names are empty until one was allowed. */
export async function microphones(): Promise<Device[]> {
  return devices("audioinput");
}

/** Where sound can be played. */
export async function outputs(): Promise<Device[]> {
  return devices("audiooutput");
}

async function devices(wanted: MediaDeviceKind): Promise<Device[]> {
  if (!navigator.mediaDevices) return [];
  const known = await navigator.mediaDevices.enumerateDevices();
  return known
    .filter(({ kind, deviceId }) => kind === wanted && deviceId !== "")
    .map(({ deviceId, label }) => ({ id: deviceId, label }));
}

/** Call whenever microphones come or go. */
export function onDevicesChanged(changed: () => void): void {
  navigator.mediaDevices?.addEventListener("devicechange", changed);
}

export class Microphone {
  readonly track: MediaStreamTrack;
  readonly #context: AudioContext;
  readonly #meter: AnalyserNode;
  readonly #samples: Float32Array<ArrayBuffer>;

  private constructor(track: MediaStreamTrack, onUnplugged: () => void) {
    this.track = track;
    this.#context = new AudioContext();
    this.#meter = this.#context.createAnalyser();
    this.#meter.fftSize = 2048;
    this.#samples = new Float32Array(this.#meter.fftSize);
    this.#context.createMediaStreamSource(new MediaStream([track])).connect(this.#meter);
    track.addEventListener("ended", onUnplugged);
  }

  /** Ask for a microphone; throws NoMicrophone with the reason. */
  static async open(deviceId: string, onUnplugged: () => void, treatment: MediaTrackConstraints): Promise<Microphone> {
    if (!navigator.mediaDevices) throw new NoMicrophone("mic_insecure");
    const audio = { ...treatment, channelCount: 1 };
    const device = deviceId === "" ? {} : { deviceId: { exact: deviceId } };
    try {
      const stream = await navigator.mediaDevices.getUserMedia({ audio: { ...audio, ...device } });
      const [track] = stream.getAudioTracks();
      if (!track) throw new NoMicrophone("mic_none");
      return new Microphone(track, onUnplugged);
    } catch (error) {
      if (error instanceof DOMException) throw new NoMicrophone(TROUBLES[error.name] ?? "mic_failed");
      throw error;
    }
  }

  /** What the browser does to it. */
  get sound(): Sound {
    return soundOf(this.track.getSettings());
  }

  get deviceId(): string {
    return this.track.getSettings().deviceId ?? "";
  }

  /** The sound of the last 40 ms: root mean square and peak of full scale. */
  measure(): { rms: number; peak: number } {
    this.#meter.getFloatTimeDomainData(this.#samples);
    const power = this.#samples.reduce((sum, sample) => sum + sample * sample, 0) / this.#samples.length;
    const peak = this.#samples.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0);
    return { rms: Math.sqrt(power), peak };
  }

  async close(): Promise<void> {
    this.track.stop();
    await this.#context.close();
  }
}
