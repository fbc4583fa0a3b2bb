import assert from "node:assert/strict";
import { test } from "node:test";
import { firstChoice, wantedTracks, type Publisher } from "../src/channels.ts";

function pair(identity: string, target: string, epoch: number, source = "en"): Publisher {
  return {
    identity,
    isAgent: true,
    attributes: { role: "pair", source, target, epoch: String(epoch) },
    audio: [{ sid: `TR_${identity}`, name: `voice:${target}`, isMicrophone: false }],
    data: [`captions:${target}`],
  };
}

const floor: Publisher = {
  identity: "floor",
  isAgent: true,
  attributes: { role: "floor", epoch: "1" },
  audio: [],
  data: ["captions:en", "state"],
};
const ana: Publisher = {
  identity: "ana",
  isAgent: false,
  attributes: { role: "speaker", language: "en" },
  audio: [{ sid: "TR_ana", name: "microphone", isMicrophone: true }],
  data: [],
};
const room = [floor, ana, pair("es1", "es", 1), pair("ca1", "ca", 1)];
const hearing = { language: "es", hasSound: true };

test("a listener receives their language and the floor, and nothing else", () => {
  const wanted = wantedTracks(room, hearing);

  assert.deepEqual([...wanted.voices.keys()], ["TR_es1"]);
  assert.deepEqual([...wanted.floor], [["TR_ana", "ana"]]);
  assert.deepEqual(wanted.captions, [{ identity: "es1", name: "captions:es" }]);
  assert.deepEqual(wanted.state, [{ identity: "floor", name: "state" }]);
});

test("reading costs no audio", () => {
  const wanted = wantedTracks(room, { language: "es", hasSound: false });

  assert.equal(wanted.voices.size + wanted.floor.size, 0);
  assert.equal(wanted.captions.length, 1);
});

test("the spoken language is read from the floor agent", () => {
  const wanted = wantedTracks(room, { language: "en", hasSound: true });

  assert.deepEqual(wanted.captions, [{ identity: "floor", name: "captions:en" }]);
  assert.equal(wanted.voices.size, 0);
});

test("of a pair the newest epoch is heard", () => {
  const wanted = wantedTracks([...room, pair("es2", "es", 2)], hearing);

  assert.deepEqual([...wanted.voices.values()], ["es2"]);
});

test("a replaced pair is heard until its successor offers a voice", () => {
  const silent = { ...pair("es2", "es", 2), audio: [] };

  assert.deepEqual([...wantedTracks([...room, silent], hearing).voices.values()], ["es1"]);
});

test("pairs from two source languages feed one channel", () => {
  const wanted = wantedTracks([...room, pair("fres", "es", 1, "fr")], hearing);

  assert.deepEqual([...wanted.voices.values()].sort(), ["es1", "fres"]);
  assert.equal(wanted.captions.length, 2);
});

test("a speaker who publishes a voice, captions and a state changes nothing", () => {
  const forger: Publisher = {
    identity: "forger",
    isAgent: false,
    attributes: { role: "pair", target: "es", epoch: "99" },
    audio: [{ sid: "TR_forged", name: "voice:es", isMicrophone: false }],
    data: ["captions:es", "state"],
  };

  assert.deepEqual(wantedTracks([...room, forger], hearing), wantedTracks(room, hearing));
});

function interpreter(identity: string, channels: string): Publisher {
  return {
    identity,
    isAgent: false,
    attributes: { role: "interpreter", channels },
    audio: [{ sid: `TR_${identity}`, name: "microphone", isMicrophone: true }],
    data: [],
  };
}

test("where humans are assigned, the machine and every interpreter of the channel are held", () => {
  const booths = [interpreter("maria", "es,ca"), interpreter("jon", "es"), interpreter("anna", "ca"), interpreter("eva", "est")];

  const wanted = wantedTracks([...room, ...booths], hearing, "es", true);

  assert.deepEqual([...wanted.humans], [["TR_maria", "maria"], ["TR_jon", "jon"]]);
  assert.deepEqual([...wanted.voices.keys(), ...wanted.floor.keys()], ["TR_es1", "TR_ana"]);
});

test("where no human is assigned, no booth is received", () => {
  assert.equal(wantedTracks([...room, interpreter("maria", "es")], hearing).humans.size, 0);
});

test("reading costs no interpreter's audio", () => {
  const wanted = wantedTracks([...room, interpreter("maria", "es")], { language: "es", hasSound: false }, "es", true);

  assert.equal(wanted.humans.size, 0);
});

test("an interpreter's music is no voice, and a speaker is no interpreter", () => {
  const music = { ...interpreter("maria", "es"), audio: [{ sid: "TR_music", name: "voice:es", isMicrophone: false }] };
  const speaker = { ...ana, attributes: { ...ana.attributes, channels: "es" } };

  const wanted = wantedTracks([floor, music, speaker], hearing, "es", true);

  assert.equal(wanted.humans.size + wanted.voices.size, 0);
});

test("the human's own captions come from the floor agent, beside the machine's", () => {
  const recognising = { ...floor, data: ["captions:en", "captions:es", "state"] };

  const wanted = wantedTracks([recognising, ana, pair("es1", "es", 1), interpreter("maria", "es")], hearing, "es", true);

  assert.deepEqual(wanted.captions.map(({ identity }) => identity), ["floor", "es1"]);
});

test("a speaker's other tracks are not the floor", () => {
  const music = { ...ana, audio: [{ sid: "TR_music", name: "music", isMicrophone: false }] };

  assert.equal(wantedTracks([floor, music], hearing).floor.size, 0);
});

for (const [name, remembered, browser, expected] of [
  ["the last choice", "ca", ["es"], "ca"],
  ["the browser's language", null, ["es-MX", "en"], "es"],
  ["the browser's second language", null, ["de", "ca"], "ca"],
  ["a region of an offered language", null, ["pt-BR"], "pt-PT"],
  ["the first offered", null, ["de"], "es"],
  ["a last choice that is not offered here", "ja", ["ca"], "ca"],
] as const) {
  test(`a page begins with ${name}`, () => {
    assert.equal(firstChoice(["es", "ca", "pt-PT", "en"], remembered, browser), expected);
  });
}
