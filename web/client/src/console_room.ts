// The console's place in the meeting's room: joins, reconnects, joins afresh; never touches the page.
//
// Unlike a listener's or a speaker's connection it is one of a kind: an interpreter who opens the console in
// another window ends this one, which must not come back by itself.

import { DisconnectReason, LivekitError } from "livekit-client";
import { join, type Grant } from "./api.ts";
import type { DataTrack, Person } from "./channels.ts";
import { Connection, type Handlers, type Status } from "./connection.ts";
import { RoomMicrophone } from "./console_microphone.ts";
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
  readonly #microphone: RoomMicrophone;
  #isBeating = false;

  constructor(meetingId: string, key: string, handlers: ConsoleHandlers) {
    this.#microphone = new RoomMicrophone(() => handlers.onUnpublished());
    this.#connection = new Connection((before) => join(meetingId, { role: "interpreter", key }, before), handlers, {
      retryDelaysMs: RETRY_DELAYS_MS,
      onConnected: (room) => this.#microphone.publish(room),
      onElsewhere: () => handlers.onStatus("elsewhere", ""),
      // The organiser has taken this interpreter out: the server says so.
      comesBack: [DisconnectReason.PARTICIPANT_REMOVED],
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
    this.#microphone.close();
  }

  /** Leave the room for good. */
  async leave(): Promise<void> {
    await this.#connection.leave();
  }

  /** Everybody in the room with what they publish. */
  people(): Person[] {
    return this.#connection.people();
  }

  /** How loud somebody is whose audio is received: root mean square of full scale. */
  levelOf(identity: string): number {
    return this.#connection.room?.remoteParticipants.get(identity)?.audioLevel ?? 0;
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
    await this.#microphone.put(track, this.#connection.room);
  }

  /** Let the room hear the microphone, or close it. */
  async openMicrophone(isOpen: boolean): Promise<void> {
    await this.#microphone.open(isOpen);
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
}
