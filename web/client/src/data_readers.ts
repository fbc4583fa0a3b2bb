// Reads data tracks for as long as they are wanted, each once.

import { epochOf, type DataTrack, type Publisher } from "./channels.ts";

const READ_AGAIN_MS = 500;

export interface ReaderEvents {
  /** The frames of a track until `signal`; null when there is no such track now. */
  open(track: DataTrack, signal: AbortSignal): ReadableStream<{ payload: Uint8Array }> | null;
  /** `epoch` is the publisher's. */
  onFrame(track: DataTrack, epoch: number, payload: Uint8Array): void;
  /** A track has ended by itself: it may be asked for again. */
  onEnded(): void;
}

export class DataReaders {
  readonly #events: ReaderEvents;
  readonly #readers = new Map<string, AbortController>();

  constructor(events: ReaderEvents) {
    this.#events = events;
  }

  /** Read these tracks and no others. */
  follow(tracks: DataTrack[], publishers: Publisher[]): void {
    const keys = new Set(tracks.map(keyOf));
    this.#stop((key) => !keys.has(key));
    for (const track of tracks) {
      if (this.#readers.has(keyOf(track))) continue;
      const publisher = publishers.find(({ identity }) => identity === track.identity);
      void this.#read(track, publisher ? epochOf(publisher) : 0);
    }
  }

  /** Whoever published these has gone. */
  forget(identity: string): void {
    this.#stop((key) => key.startsWith(`${identity}\n`));
  }

  stop(): void {
    this.#stop(() => true);
  }

  async #read(track: DataTrack, epoch: number): Promise<void> {
    const controller = new AbortController();
    const frames = this.#events.open(track, controller.signal);
    if (frames === null) return;
    this.#readers.set(keyOf(track), controller);
    try {
      const reader = frames.getReader();
      for (let next = await reader.read(); !next.done; next = await reader.read()) {
        if (controller.signal.aborted) return;
        this.#events.onFrame(track, epoch, next.value.payload);
      }
    } catch {
      // The subscription failed or was aborted; `follow` asks again for what is still wanted.
    }
    if (controller.signal.aborted) return;
    this.#readers.delete(keyOf(track));
    setTimeout(() => this.#events.onEnded(), READ_AGAIN_MS);
  }

  #stop(isOver: (key: string) => boolean): void {
    for (const [key, controller] of this.#readers) {
      if (!isOver(key)) continue;
      this.#readers.delete(key);
      controller.abort();
    }
  }
}

const keyOf = ({ identity, name }: DataTrack): string => `${identity}\n${name}`;
