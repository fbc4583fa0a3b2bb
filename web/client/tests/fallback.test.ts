import assert from "node:assert/strict";
import { test } from "node:test";
import type { Wanted } from "../src/channels.ts";
import { believed, Packets, type Received, type Silences } from "../src/fallback.ts";
import type { Channel, Source } from "../src/state.ts";

const channel = (source: Source, number = 1): Channel => {
  const human = source === "human" ? { who: "maria", name: "Maria G." } : { who: "", name: "" };
  return { state: "live", lagS: 2, source, ...human, number, trouble: "", silentS: 0, relay: 0, from: "", relayTrouble: "", over: "" };
};
const silences = (humanS: number, machineS: number, floorS: number, isHumanMuted = false): Silences => ({ humanS, isHumanMuted, machineS, floorS });
const NEVER = Infinity;

for (const [name, told, known, source] of [
  ["the human whose packets come", "human", silences(0.3, NEVER, 0), "human"],
  ["a human through a moment without packets", "human", silences(1, 0, 0), "human"],
  ["the machine that sends in place of a human who does not", "human", silences(1.3, 0.3, 0), "machine"],
  ["the machine that sends while the human says that they are closed", "human", silences(1.3, 0.3, 0, true), "machine"],
  ["a human who coughs, with a machine that stands by", "human", silences(8, NEVER, 0, true), "human"],
  ["a human who is gone, until the machine had its second", "human", silences(1.9, NEVER, 0), "human"],
  ["nobody, and so the floor, where neither sends", "human", silences(2.2, NEVER, 0.3), "none"],
  ["nobody, where the machine had begun and stopped too", "human", silences(6, 3, 0.3), "none"],
  ["the last word while nothing comes at all: one's own line is away", "human", silences(5, 5, 5), "human"],
  ["the last word on a silent floor", "human", silences(5, NEVER, NEVER), "human"],
  ["a machine that has nothing to say", "machine", silences(0, 30, 0), "machine"],
  ["nobody by the floor agent's word", "none", silences(0, 0, 0), "none"],
  ["the floor by the floor agent's word", "floor", silences(0, 0, 0), "floor"],
] as [string, Source, Silences, Source][]) {
  test(`one hears ${name}`, () => {
    assert.equal(believed(channel(told), known).source, source);
  });
}

test("who is not heard is not named", () => {
  const { who, name } = believed(channel("human"), silences(2, 0, 0));

  assert.deepEqual([who, name], ["", ""]);
});

const wanted: Wanted = {
  voices: new Map([["v", "pair"]]),
  humans: new Map([["m", "maria"], ["j", "jon"]]),
  floor: new Map([["f", "ana"]]),
  captions: [],
  state: [],
};

/** Counts every 0.3 s; of each track that is named one more packet has come each time. */
class Story {
  readonly packets = new Packets();
  readonly #counts = new Map([["m", 0], ["v", 0], ["f", 0], ["j", 0]]);
  nowS = 100;

  pass(seconds: number, sending: string, known = "mvfj"): void {
    for (const endS = this.nowS + seconds; this.nowS < endS; this.nowS += 0.3) {
      for (const sid of sending) this.#counts.set(sid, (this.#counts.get(sid) ?? 0) + 1);
      const received = [...this.#counts].filter(([sid]) => known.includes(sid));
      this.packets.note(received.map(([sid, packets]): Received => ({ sid, packets, isMuted: false })), this.nowS);
    }
  }

  heard(told: Channel): Source {
    return this.packets.believed(told, wanted, this.nowS).source;
  }
}

const MARIA = channel("human", 7);

test("a browser goes to the machine that sends, and back with the human's packets", () => {
  const story = new Story();
  const heard = [story.heard(MARIA)];
  for (const sending of ["mf", "vf", "mvf"]) {
    story.pass(2, sending);
    heard.push(story.heard(MARIA));
  }

  assert.deepEqual(heard, ["human", "human", "machine", "human"]);
});

test("the floor agent's newer word is believed before it is doubted", () => {
  const story = new Story();
  story.heard(MARIA);
  story.pass(3, "vf");
  const doubted = story.heard(MARIA);
  const again = channel("human", 9);
  const believedNow = story.heard(again);
  story.pass(2, "vf");

  assert.deepEqual([doubted, believedNow, story.heard(again)], ["machine", "human", "machine"]);
});

test("a colleague's packets are not the human's", () => {
  const story = new Story();
  story.heard(MARIA);
  story.pass(3, "jf");

  assert.equal(story.heard(MARIA), "none");
});

test("a human who has left the room sends nothing", () => {
  const story = new Story();
  story.heard(MARIA);
  story.pass(3, "vf", "vfj");

  assert.equal(story.heard(MARIA), "machine");
});

test("a page that counted nothing meanwhile knows of nobody that they are gone", () => {
  const story = new Story();
  story.heard(MARIA);
  story.pass(2, "mvf");
  story.nowS += 60;

  assert.equal(story.heard(MARIA), "human");
});

test("whose track has just begun to be received is not missed before", () => {
  const story = new Story();
  story.heard(MARIA);
  story.pass(5, "vf", "f");
  story.pass(0.6, "vf", "mvf");

  assert.equal(story.heard(MARIA), "human");
});

test("sound that is switched on begins anew", () => {
  const story = new Story();
  story.heard(MARIA);
  story.pass(5, "vf");
  story.packets.clear();
  story.heard(MARIA);
  story.pass(0.7, "vf");

  assert.equal(story.heard(MARIA), "human");
});
