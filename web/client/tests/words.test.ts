import assert from "node:assert/strict";
import { test } from "node:test";
import type { Channel, ChannelState, Source } from "../src/state.ts";
import { fill, goesOn, isTrouble, relayOf, unreadOf, wordsOf, type Situation } from "../src/words.ts";

const nothing = { seq: 1, atS: null, speakers: [], channels: new Map() };

function situation(changes: Partial<Situation>): Situation {
  return {
    status: "connected",
    sentence: "",
    language: "es",
    name: "Español",
    relayName: "English",
    state: nothing,
    isServed: true,
    isFloorAway: false,
    isStaffed: false,
    captionsOrigin: null,
    wasTyped: false,
    chosenForS: 3,
    hasSpeakers: true,
    isSpoken: false,
    quietForS: 0,
    ...changes,
  };
}

function channel(state: ChannelState, source: Source = "machine", lagS = 2.6, more: Partial<Channel> = {}): Partial<Situation> {
  const one = { state, lagS, source, who: "", name: "", number: 0, trouble: "", silentS: 0, relay: 0, from: "", relayTrouble: "", over: "", ...more };
  return { state: { ...nothing, channels: new Map([["es", one]]) } };
}

const lacking = (lacks: string): Partial<Situation> => channel("failed", "machine", 2.6, { lacks });

for (const [name, changes, live, interprets, lag, notice] of [
  ["running", channel("live"), "live", "machine", "lag", null],
  ["behind", channel("behind"), "live", "machine", "lag", null],
  ["late on busy machines", channel("behind", "machine", 8, { isBusy: true }), "live", "machine", "lag", "machines_busy"],
  ["idle between two talks", { ...channel("idle", "none"), quietForS: 60 }, "waiting", null, null, null],
  ["of the speaker's own language", channel("live", "floor"), "live", "floor", null, null],
  ["of a human", channel("live", "human"), "live", "human", null, null],
  ["of a human without a machine", channel("idle", "human"), "live", "human", null, null],
  ["of a human whose machine has failed", channel("failed", "human"), "live", "human", null, null],
  ["of a human whose captions are the machine's, which recognises nothing", channel("failed", "human", 2, { lacks: "recognition" }), "live", "human", null, "captions_missing"],
  ["of a human whose captions are the machine's, untranslated", channel("failed", "human", 2, { lacks: "translation" }), "live", "human", null, "captions_untranslated"],
  ["of a human whose machine has no voice", channel("failed", "human", 2, { lacks: "voice" }), "live", "human", null, null],
  ["of a human whose own words are its captions", channel("failed", "human", 2, { lacks: "recognition", isCaptioned: true }), "live", "human", null, null],
  ["of humans alone, whose words are not recognised now", channel("failed", "human", 0, { lacks: "captions" }), "live", "human", null, "captions_missing"],
  ["of humans alone, whose language nobody recognises", channel("unrecognised", "human"), "live", "human", null, "no_captions"],
  ["of a human for whom no machine has room", channel("no_capacity", "human"), "live", "human", null, null],
  ["of humans, none of them here", { ...channel("idle", "none"), isStaffed: true }, "live", null, null, "nobody_interprets"],
  ["of humans, none of them here, whose machine has failed", { ...channel("failed", "none"), isStaffed: true }, "live", null, null, "nobody_interprets"],
  ["of humans, none of them here, whose machine starts", { ...channel("starting", "none"), isStaffed: true }, "live", null, null, "starting"],
  ["of humans, without a speaker", { ...channel("idle", "none"), isStaffed: true, hasSpeakers: false, quietForS: 99 }, "waiting", null, null, "nobody_speaks"],
  ["starting", channel("starting"), "live", null, null, "starting"],
  ["starting for long", { ...channel("starting"), chosenForS: 60 }, "live", null, null, "starting_long"],
  ["that nobody has asked for before", {}, "live", null, null, "starting"],
  ["that no agent serves yet", channel("idle", "none"), "live", null, null, "starting"],
  ["of the speaker's language in a short pause", { ...channel("idle", "none"), isSpoken: true }, "live", null, null, null],
  ["that nobody has asked for before, in silence", { quietForS: 60 }, "waiting", null, null, null],
  ["failed", channel("failed"), "live", null, null, "failed"],
  ["without a voice", lacking("voice"), "live", null, null, "voice_missing"],
  ["without a translation", lacking("translation"), "live", null, null, "translation_missing"],
  ["of which nothing is recognised", lacking("recognition"), "live", null, null, "recognition_missing"],
  ["of the speaker's own language, unrecognised for a while", channel("failed", "floor", 0, { lacks: "recognition" }), "live", null, null, "recognition_missing"],
  ["without something that this page does not know", lacking("colour"), "live", null, null, "failed"],
  ["no capacity", channel("no_capacity"), "live", null, null, "no_capacity"],
  ["that is spoken and not recognised", channel("unrecognised", "floor"), "live", "floor", null, "no_captions"],
  ["of humans, whose language is spoken and not recognised", { ...channel("unrecognised", "floor"), isStaffed: true }, "live", "floor", null, "no_captions"],
  ["out of every machine's reach", channel("no_machine", "none"), "live", null, null, "no_machine"],
  ["out of every machine's reach, with a human", channel("no_machine", "human"), "live", "human", null, null],
  ["out of every machine's reach, of humans who are silent", { ...channel("no_machine", "none"), isStaffed: true }, "live", null, null, "nobody_interprets"],
  ["of a meeting that no machine takes", { ...channel("live"), isServed: false }, "live", null, null, "not_running"],
  ["whose floor agent is away", { ...channel("live"), isFloorAway: true }, "live", null, null, "interrupted"],
  ["of the floor, whose agent is away", { ...channel("live", "floor"), isFloorAway: true }, "live", null, null, "interrupted"],
  ["of a human, whose floor agent is away", { ...channel("live", "human"), isFloorAway: true }, "live", "human", null, "captions_missing"],
  ["without a speaker, whose floor agent is away", { ...channel("idle", "none"), hasSpeakers: false, quietForS: 99, isFloorAway: true }, "waiting", null, null, "nobody_speaks"],
  ["of a meeting that no machine takes any more", { ...channel("live"), isServed: false, isFloorAway: true }, "live", null, null, "not_running"],
  ["without an interpreter", { state: null, chosenForS: 60 }, "live", null, null, "no_interpreter"],
  ["without a speaker", { ...channel("idle", "none"), hasSpeakers: false, quietForS: 99 }, "waiting", null, null, "nobody_speaks"],
  ["during an outage", { ...channel("live"), status: "reconnecting" }, "reconnecting", null, null, "reconnecting_notice"],
  ["of a meeting that is over", { status: "over" }, "over", null, null, "over_notice"],
  ["refused with a reason", { status: "refused", sentence: "Ask for a new link." }, "refused", null, null, "said"],
  ["refused without a reason", { status: "refused" }, "refused", null, null, "refused_notice"],
] as [string, Partial<Situation>, string, string | null, string | null, string | null][]) {
  test(`a channel ${name} reads so`, () => {
    const words = wordsOf(situation(changes));

    assert.deepEqual(
      [words.live.key, words.interprets?.key ?? null, words.lag?.key ?? null, words.notice?.key ?? null],
      [live, interprets, lag, notice],
    );
  });
}

test("a lag is said in whole seconds, with caution when the channel is behind", () => {
  const words = wordsOf(situation(channel("behind", "machine", 6.4)));

  assert.deepEqual(words.lag, { key: "lag", tone: "caution", values: { seconds: "6" } });
});

const maria = { state: { ...nothing, channels: new Map([["es", { state: "live", lagS: 2, source: "human", who: "maria", name: "Maria G.", number: 0, trouble: "", silentS: 0, relay: 0, from: "", relayTrouble: "", over: "" } as const]]) } };

test("a human is told by name", () => {
  assert.deepEqual(wordsOf(situation(maria)).interprets, { key: "human_named", tone: "calm", values: { name: "Maria G." } });
});

for (const [name, changes, expected] of [
  ["a human with the machine's captions", { ...maria, captionsOrigin: "machine" }, "captions_machine"],
  ["a human with captions of their own", { ...maria, captionsOrigin: "human" }, null],
  ["a human before their first caption", maria, null],
  ["the machine", { ...channel("live"), captionsOrigin: "machine" }, null],
] as [string, Partial<Situation>, string | null][]) {
  test(`whose the captions are is ${expected ? "" : "not "}said of ${name}`, () => {
    assert.equal(wordsOf(situation(changes)).captions?.key ?? null, expected);
  });
}

for (const name of ["العربية", "עברית", "a\u202eb"]) {
  test(`${JSON.stringify(name)} turns nothing around it`, () => {
    assert.equal(fill("{name} interprets.", { name }), `\u2068${name}\u2069 interprets.`);
  });
}

test("a sentence is filled in, and unknown places stay", () => {
  assert.equal(fill("Starting {language}… {other}", { language: "{other} Español" }), "Starting {other} Español… {other}");
});

const typed = (changes: object): Partial<Situation> => {
  const told = channel("live", "floor").state;
  const one = told?.channels.get("es");
  return { state: { ...nothing, channels: new Map(one ? [["es", { ...one, ...changes }]] : []) } };
};

test("Who types the captions is said, and that a machine recognises them again", () => {
  assert.deepEqual(wordsOf(situation(typed({ typedBy: "Tim" }))).captions, { key: "captions_typed", values: { name: "Tim" }, tone: "calm" });
  assert.equal(wordsOf(situation({ ...typed({}), wasTyped: true })).captions?.key, "captions_recognised");
  assert.equal(wordsOf(situation(typed({}))).captions, null);
});

function relayed(changes: Partial<Channel>): Partial<Situation> {
  const live: Channel = { state: "live", lagS: 5, source: "machine", who: "", name: "", number: 0, trouble: "", silentS: 0, relay: 1, from: "en", relayTrouble: "", over: "" };
  return { state: { ...nothing, channels: new Map([["es", { ...live, ...changes }]]) } };
}

for (const [name, changes, interprets, notice] of [
  ["is a relay", {}, "machine_from", null],
  ["is the floor's while its relay is lost", { from: "", relay: 0, relayTrouble: "lost", over: "en" }, "machine", "relay_lost"],
  ["is the floor's as its relay would be too deep", { from: "", relay: 0, relayTrouble: "too_deep", over: "en" }, "machine", "relay_too_deep_floor"],
  ["is the floor's as nothing leads to its relay", { from: "", relay: 0, relayTrouble: "no_pair", over: "en" }, "machine", "relay_no_pair"],
  ["has nothing while its relay is lost", { state: "no_machine", source: "none", relayTrouble: "lost", over: "en" }, null, "relay_lost_here"],
  ["has nothing as its relay would be too deep", { state: "no_machine", source: "none", relayTrouble: "too_deep", over: "en" }, null, "relay_too_deep"],
  ["has nothing as no pair leads there", { state: "no_machine", source: "none", relayTrouble: "no_pair", over: "en" }, null, "no_machine"],
] as [string, Partial<Channel>, string | null, string | null][]) {
  test(`a channel that ${name} says so`, () => {
    const words = wordsOf(situation(relayed(changes)));

    assert.deepEqual([words.interprets?.key ?? null, words.notice?.key ?? null], [interprets, notice]);
    if (interprets === "machine_from") assert.equal(words.interprets?.values.relay, "English");
    if (notice !== null) assert.equal(words.notice?.values.relay, "English");
  });
}

test("which channel a relay is made from is known", () => {
  const state = { ...nothing, channels: new Map([["es", { ...relayed({}).state!.channels.get("es")!, over: "ca" }]]) };

  assert.deepEqual([relayOf(state, "es"), relayOf(state, "fr"), relayOf(null, "es")], ["ca", "", ""]);
});

test("engines that have failed are trouble until their channel goes on", () => {
  const words = ["voice", "translation", "recognition"].map((lacks) => wordsOf(situation(lacking(lacks))));
  assert.deepEqual(words.map(({ notice }) => isTrouble(notice)), [true, true, true]);
  assert.deepEqual(words.map(goesOn), [false, false, false]);
  const [starting, running] = [channel("starting"), channel("live")].map((one) => wordsOf(situation(one)));
  assert.equal(isTrouble(starting!.notice), false);
  assert.equal(goesOn(starting!), false);
  assert.equal(goesOn(running!), true);
});

for (const [name, changes, unread] of [
  ["that is recognised", channel("live", "floor"), ""],
  ["whose recognisers have failed", channel("failed", "floor", 0, { lacks: "recognition" }), "unread"],
  ["that no recogniser understands", channel("unrecognised", "floor"), "no_captions"],
  ["that is not spoken, and without a voice", lacking("voice"), ""],
  ["of which nothing is told", { state: nothing }, ""],
] as const) {
  test(`why nobody reads a language ${name}`, () => assert.equal(unreadOf(changes.state?.channels.get("es")), unread));
}
