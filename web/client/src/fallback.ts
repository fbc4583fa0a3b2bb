// Where a listener's browser does not follow the floor agent's word: packets prove that the human whom it names sends
// nothing any more, while others do. Pure; fed with counts of packets and times.
//
// Only ever away from a human. A machine without packets proves nothing, as it sends only while it speaks; and nobody
// may be overheard whose own lamp does not say that they are on air.

import type { Wanted } from "./channels.ts";
import type { Channel } from "./state.ts";

/** So long a voice may send nothing before a browser takes another that does … */
const PACKETLESS_S = 1;
/** … and before it offers the floor: the machine has had a second to come. */
const ABANDONED_S = 2;

/** What has come of one audio track. */
export interface Received {
  sid: string;
  /** Packets so far. */
  packets: number;
  /** Closed by its publisher, who says so: a cough is no fault. */
  isMuted: boolean;
}

/** For how long nothing has come of each of a channel's voices; 0: something has come just now. */
export interface Silences {
  humanS: number;
  /** Whether the human themselves closed their microphone. */
  isHumanMuted: boolean;
  machineS: number;
  /** Of all microphones of the floor, the shortest. */
  floorS: number;
}

/** The channel as one hears it: as the floor agent says, unless the human whom it names is provably not there. */
export function believed(told: Channel, silences: Silences): Channel {
  const { humanS, isHumanMuted, machineS, floorS } = silences;
  if (told.source !== "human" || humanS <= PACKETLESS_S) return told;
  if (machineS <= PACKETLESS_S) return { ...told, source: "machine", who: "", name: "" };
  // Where nothing comes at all, this page's own connection is away.
  if (isHumanMuted || humanS <= ABANDONED_S || floorS > PACKETLESS_S) return told;
  return { ...told, source: "none", who: "", name: "" };
}

interface Counted {
  packets: number;
  isMuted: boolean;
  /** When it was counted first, and when more had come. */
  firstS: number;
  lastS: number;
}

/** Remembers when packets came last, and since when the floor agent has said what it says. */
export class Packets {
  #tracks = new Map<string, Counted>();
  #countedS = -Infinity;
  #told = "";
  #toldS = -Infinity;

  /** Take the counts of every track that is received now. */
  note(received: readonly Received[], nowS: number): void {
    const count = ({ sid, packets, isMuted }: Received): [string, Counted] => {
      const known = this.#tracks.get(sid) ?? { packets, firstS: nowS, lastS: -Infinity };
      const lastS = packets === known.packets ? known.lastS : nowS;
      return [sid, { packets, isMuted, firstS: known.firstS, lastS }];
    };
    this.#tracks = new Map(received.map(count));
    this.#countedS = nowS;
  }

  /** Begin anew: nothing was received until now. */
  clear(): void {
    this.#tracks = new Map();
    this.#told = "";
  }

  /** The channel as one hears it; each new word of the floor agent is believed for a while before it is doubted. */
  believed(told: Channel, { voices, humans, floor }: Wanted, nowS: number): Channel {
    const word = `${told.number} ${told.who}`;
    if (word !== this.#told) [this.#told, this.#toldS] = [word, nowS];
    const own = this.#counted([...humans].filter(([, identity]) => identity === told.who).map(([sid]) => sid));
    const lastS = (tracks: Counted[]): number => Math.max(-Infinity, ...tracks.map((track) => track.lastS));
    // Counted from the last count: a page whose timers are late knows nothing of the time since.
    return believed(told, {
      humanS: this.#countedS - Math.max(this.#toldS, lastS(own), ...own.map(({ firstS }) => firstS)),
      isHumanMuted: own.some(({ isMuted }) => isMuted),
      machineS: this.#countedS - lastS(this.#counted(voices.keys())),
      floorS: this.#countedS - lastS(this.#counted(floor.keys())),
    });
  }

  #counted(sids: Iterable<string>): Counted[] {
    return [...sids].flatMap((sid) => this.#tracks.get(sid) ?? []);
  }
}
