// The console's place in the meeting's room: joins, reconnects, joins afresh; never touches the page.
//
// Unlike a listener's or a speaker's connection it is one of a kind: an interpreter who opens the console in
// another window ends this one, which must not come back by itself.

import { AudioPresets, LivekitError, LocalAudioTrack, Track, type LocalTrack } from "livekit-client";
import type { Grant } from "./api.ts";
import type { DataTrack, Person } from "./channels.ts";
import { Connection, type Handlers, type Status } from "./connection.ts";
import { HEARTBEAT_TOPIC } from "./heartbeat.ts";

export type ConsoleStatus = Status | "elsewhere";

export interface ConsoleHandlers extends Omit<Handlers, "onStatus"> {
  /** `elsewhere`: the console was opened in another window. */
  onStatus(status: ConsoleStatus, sentence: string): void;
  /** The room does not take the microphone. */
  onUnpublished(): void;
}

/** An interpreter is missed after a second: no longer pauses between attempts than this. */
const RETRY_DELAYS_MS = [300, 1000, 2000, 4000];

export class ConsoleRoom {
  readonly #connection: Connection;
  readonly #handlers: ConsoleHandlers;
  #microphone: LocalAudioTrack | null = null;
  #isOpen = false;
  #isBeating = false;

  constructor(meetingId: string, key: string, handlers: ConsoleHandlers) {
    this.#handlers = handlers;
    this.#connection = new Connection(meetingId, () => ({ role: "interpreter", key }), handlers, {
      retryDelaysMs: RETRY_DELAYS_MS,
      onConnected: () => this.#publish(),
      onElsewhere: () => handlers.onStatus("elsewhere", ""),
    });
  }

  get grant(): Grant | null {
    return this.#connection.grant;
  }

  /** What web says of the room. */
  get metadata(): string {
    return this.#connection.metadata;
  }

  /** Stay until the meeting is over, the server refuses, another window takes the place, or `leave`. */
  async run(): Promise<void> {
    await this.#connection.run();
  }

  /** Let go of the device. */
  close(): void {
    this.#microphone?.mediaStreamTrack.stop();
  }

  /** Leave the room for good. */
  async leave(): Promise<void> {
    await this.#connection.leave();
  }

  /** Everybody in the room with what they publish. */
  people(): Person[] {
    return this.#connection.people();
  }

  /** Receive these audio tracks and no others. */
  receiveAudio(sids: ReadonlySet<string>): void {
    this.#connection.receiveAudio(sids);
  }

  /** The frames of a data track until `signal` or until its publisher goes; null when there is no such track now. */
  readData(track: DataTrack, signal: AbortSignal): ReadableStream<{ payload: Uint8Array }> | null {
    return this.#connection.readData(track, signal);
  }

  /** Publish a microphone, or put it in the place of the one before; it is closed until `openMicrophone`. */
  async publishMicrophone(track: MediaStreamTrack): Promise<void> {
    if (this.#microphone !== null) {
      const before = this.#microphone.mediaStreamTrack;
      await this.#microphone.replaceTrack(track, true);
      before.stop();
      return;
    }
    this.#microphone = new LocalAudioTrack(track, undefined, true);
    await this.#microphone.mute();
    await this.#publish();
  }

  /** Let the room hear the microphone, or close it. */
  async openMicrophone(isOpen: boolean): Promise<void> {
    this.#isOpen = isOpen;
    const track = this.#microphone;
    if (track !== null && track.isMuted === isOpen) await (isOpen ? track.unmute() : track.mute());
    // A key may have been let go meanwhile.
    if (this.#isOpen !== isOpen) await this.openMicrophone(this.#isOpen);
  }

  /** Tell the floor agents, and nobody else, how this console is; a heartbeat that cannot go out is not sent later. */
  async beat(heartbeat: Uint8Array<ArrayBuffer>): Promise<void> {
    const agents = this.people().filter(({ isAgent, attributes }) => isAgent && attributes.role === "floor");
    if (this.#connection.room === null || agents.length === 0 || this.#isBeating) return;
    this.#isBeating = true;
    try {
      const destinationIdentities = agents.map(({ identity }) => identity);
      await this.#connection.room.localParticipant.publishData(heartbeat, { reliable: false, topic: HEARTBEAT_TOPIC, destinationIdentities });
    } catch (error) {
      // The connection is away: that no heartbeat comes is what the floor agent must learn.
      if (!(error instanceof LivekitError) && !(error instanceof DOMException)) throw error;
    } finally {
      this.#isBeating = false;
    }
  }

  async #publish(): Promise<void> {
    if (this.#connection.room === null || this.#microphone === null) return;
    // Without pauses in the packets: the floor agent takes them for a dead microphone.
    const options = { audioPreset: AudioPresets.music, dtx: false, red: true, source: Track.Source.Microphone, name: "microphone" };
    try {
      await this.#connection.room.localParticipant.publishTrack(this.#microphone as LocalTrack, options);
    } catch {
      // Whatever the room answered, the interpreter must know that nobody would hear them.
      this.#handlers.onUnpublished();
    }
  }
}
