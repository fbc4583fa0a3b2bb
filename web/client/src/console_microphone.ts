// A microphone in one room: published closed, opened and closed while its owner wishes; never touches the page.

import { ConnectionState, LocalAudioTrack, type LocalTrack, type Room } from "livekit-client";
import { FULLBAND } from "./publishing.ts";

export class RoomMicrophone {
  readonly #onUnpublished: () => void;
  #track: LocalAudioTrack | null = null;
  #isWanted = false;
  #settled: Promise<void> = Promise.resolve();

  /** `onUnpublished`: the room does not take it. */
  constructor(onUnpublished: () => void) {
    this.#onUnpublished = onUnpublished;
  }

  get isOpen(): boolean {
    return this.#track !== null && !this.#track.isMuted;
  }

  /** Let go of the device. */
  close(): void {
    this.#track?.mediaStreamTrack.stop();
  }

  /** Publish a microphone, or put it in the place of the one before; it is closed until `open`. */
  async put(track: MediaStreamTrack, room: Room | null): Promise<void> {
    const before = this.#track?.mediaStreamTrack;
    // Only what is published can be replaced: a line may be away when a microphone is plugged in again.
    if (this.#track?.sender) {
      await this.#track.replaceTrack(track, true);
    } else {
      this.#track = new LocalAudioTrack(track, undefined, true);
      await this.#track.mute();
      if (room?.state === ConnectionState.Connected) await this.publish(room);
    }
    before?.stop();
  }

  /** Let the room hear it, or close it: done when this is true. */
  async open(isOpen: boolean): Promise<void> {
    this.#isWanted = isOpen;
    this.#settled = this.#settled.catch(() => undefined).then(() => this.#settle());
    await this.#settled;
  }

  /** One after another: a key may be let go while what it began is on its way. */
  async #settle(): Promise<void> {
    const track = this.#track;
    if (track !== null && track.isMuted === this.#isWanted) await (this.#isWanted ? track.unmute() : track.mute());
  }

  /** In a room that was just joined. */
  async publish(room: Room | null): Promise<void> {
    if (room === null || this.#track === null) return;
    try {
      await room.localParticipant.publishTrack(this.#track as LocalTrack, FULLBAND);
    } catch {
      // Whatever the room answered, the interpreter must know that nobody would hear them.
      this.#onUnpublished();
    }
  }
}
