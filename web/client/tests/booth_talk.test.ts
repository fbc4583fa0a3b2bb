import assert from "node:assert/strict";
import { test } from "node:test";
import { talkOf, type Talk, type TalkSituation } from "../src/booth_talk.ts";
import { countWords, heardWords, talkWords } from "../src/booth_words.ts";
import { gainOf } from "../src/console_sound.ts";

const situation = (changes: Partial<TalkSituation>): TalkSituation => ({
  isHeld: true, isCoughing: false, isOurs: false, isOpen: false, hasMicrophone: true, colleagues: 1, ...changes,
});

const cases: [string, Partial<TalkSituation>, Talk][] = [
  ["the key is not held", { isHeld: false }, "closed"],
  ["the key is held off the air", {}, "open"],
  ["the channel is ours", { isOurs: true }, "on_air"],
  ["the channel is ours and we cough", { isOurs: true, isCoughing: true }, "open"],
  ["the cough ends while we talk", { isOurs: true, isOpen: true }, "open"],
  ["the channel becomes ours while we talk", { isOurs: true, isOpen: true }, "open"],
  ["the key is let go while we cough", { isHeld: false, isOurs: true, isCoughing: true, isOpen: true }, "closed"],
  ["there is no microphone", { hasMicrophone: false }, "deaf"],
  ["the microphone goes while we talk", { hasMicrophone: false, isOpen: true }, "deaf"],
  ["nobody is in the booth", { colleagues: 0 }, "alone"],
  ["the colleague goes while we talk", { colleagues: 0, isOpen: true }, "open"],
];

for (const [when, changes, expected] of cases) {
  test(`talk is ${expected} when ${when}`, () => assert.equal(talkOf(situation(changes)), expected));
}

const keys = { cough: "F13", talk: "T" };
const colleague = (name: string, isTalking = false) => ({ identity: `interpreter-${name}`, name, isTalking, level: 0, sids: [] });

test("who talks is named, before what one does oneself", () => {
  assert.equal(talkWords("closed", [colleague("Joan")], keys), null);
  assert.deepEqual(talkWords("open", [colleague("Joan"), colleague("Eva")], keys)?.values, { name: "Joan, Eva" });
  const both = talkWords("open", [colleague("Joan"), colleague("Eva", true)], keys);
  assert.deepEqual([both?.key, both?.values.name], ["mate_talks", "Eva"]);
});

test("who is on air reads the keys of a talk as they are now", () => {
  assert.deepEqual(talkWords("on_air", [colleague("Joan")], keys), { key: "talk_on_air", tone: "caution", values: keys });
});

test("how many are in the booth is said, oneself too", () => {
  assert.equal(countWords(false, []).key, "booth_away");
  assert.equal(countWords(true, []).key, "booth_alone");
  assert.deepEqual(countWords(true, [colleague("Joan")]).values, { count: "2" });
});

test("a colleague's level has words", () => {
  assert.equal(heardWords({ name: "Joan", level: 0.1 }).key, "mate_heard");
  assert.equal(heardWords({ name: "Joan", level: 0 }).key, "mate_silent");
});

test("while a colleague talks the floor is 12 dB quieter, and nothing else is heard", () => {
  const floor = new Set(["floor"]);
  const talking = new Set(["joan"]);
  assert.equal(gainOf("floor", floor, new Set()), 1);
  assert.equal(Math.round(20 * Math.log10(gainOf("floor", floor, talking))), -12);
  assert.equal(gainOf("joan", floor, talking), 1);
  assert.equal(gainOf("relay", floor, talking), 0);
});
