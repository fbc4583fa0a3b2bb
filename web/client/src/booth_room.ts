// A console's place in a booth's own room: who else is there, what they say, and what of us they hear.

import { ConnectionState, RoomEvent, type Room } from "livekit-client";
import { enterBooth, type Entry, type Grant } from "./api.ts";
import { Connection, ENDS } from "./connection.ts";
import { RoomMicrophone } from "./console_microphone.ts";

/** Of web's word that there is a message; nobody else can send data in this room. */
const CHAT_TOPIC = "chat";

export interface Colleague {
  identity: string;
  name: string;
  /** Their microphone is open to the booth. */
  isTalking: boolean;
  /** Root mean square of full scale. */
  level: number;
  sids: string[];
}

export interface BoothRoomEvents {
  onChange(): void;
  /** There may be messages that have not been fetched. */
  onMessages(): void;
  onAudio(sid: string, track: MediaStreamTrack): void;
  onAudioGone(sid: string): void;
  onUnpublished(): void;
}

export class BoothRoom {
  readonly #language: string;
  readonly #place: () => Grant | null;
  readonly #events: BoothRoomEvents;
  readonly #microphone: RoomMicrophone;
  #connection: Connection<Entry> | null = null;
  #session = "";

  /** `place` is the console's in the meeting: by it the server knows who asks. */
  constructor(language: string, place: () => Grant | null, events: BoothRoomEvents) {
    this.#language = language;
    this.#place = place;
    this.#events = events;
    this.#microphone = new RoomMicrophone(() => events.onUnpublished());
  }

  get isConnected(): boolean {
    return this.#connection?.room?.state === ConnectionState.Connected;
  }

  get isTalking(): boolean {
    return this.#microphone.isOpen;
  }

  /** Everybody else in the booth. */
  get colleagues(): Colleague[] {
    return [...(this.#connection?.room?.remoteParticipants.values() ?? [])].map((participant) => {
      const tracks = [...participant.audioTrackPublications.values()];
      const sids = tracks.map(({ trackSid }) => trackSid);
      const isTalking = tracks.some(({ isMuted }) => !isMuted);
      return { identity: participant.identity, name: participant.name ?? "", isTalking, level: participant.audioLevel, sids };
    });
  }

  /** Be in the booth of this session; who is in it already stays. */
  follow(session: string): void {
    if (this.#connection !== null && this.#session === session) return;
    void this.#connection?.leave();
    this.#session = session;
    const connection = new Connection<Entry>(
      () => enterBooth(this.#grant(), this.#language),
      {
        onStatus: () => this.#events.onChange(),
        onGranted: () => undefined,
        onJoined: () => this.#events.onMessages(),
        onChange: () => this.#hearAll(),
        onAudio: (sid, track) => this.#events.onAudio(sid, track),
        onAudioGone: (sid) => this.#events.onAudioGone(sid),
        onPublisherGone: () => undefined,
        onServerSays: (topic) => void (topic === CHAT_TOPIC && this.#events.onMessages()),
      },
      { comesBack: ENDS, onConnected: (room) => this.#enter(room), onElsewhere: () => this.#events.onChange() },
    );
    this.#connection = connection;
    void connection.run().finally(() => {
      if (this.#connection === connection) this.#connection = null;
      this.#events.onChange();
    });
  }

  /** Publish a microphone, closed, or put it in the place of the one before. */
  async publishMicrophone(track: MediaStreamTrack): Promise<void> {
    await this.#microphone.put(track, this.#connection?.room ?? null);
  }

  /** Let the booth hear the microphone, or close it. */
  async talk(isOpen: boolean): Promise<void> {
    await this.#microphone.open(isOpen);
  }

  async leave(): Promise<void> {
    this.#microphone.close();
    await this.#connection?.leave();
  }

  #grant(): Grant {
    const grant = this.#place();
    if (grant === null) throw new Error("a booth is entered from inside its meeting");
    return grant;
  }

  async #enter(room: Room): Promise<void> {
    const changes = [RoomEvent.TrackMuted, RoomEvent.TrackUnmuted, RoomEvent.ActiveSpeakersChanged, RoomEvent.ParticipantNameChanged] as const;
    for (const change of changes) room.on(change, () => this.#events.onChange());
    await this.#microphone.publish(room);
  }

  #hearAll(): void {
    const tracks = this.colleagues.flatMap(({ sids }) => sids);
    this.#connection?.receiveAudio(new Set(tracks));
    this.#events.onChange();
  }
}
