import assert from "node:assert/strict";
import { test } from "node:test";
import { countdownOf, endWords, HandoverNews, offerWords, sharedOf, spokenOf, standOf, type Booth, type Handover, type Shared } from "../src/handover.ts";

const [MARIA, JOAN, EVA] = ["interpreter-maria", "interpreter-joan", "interpreter-eva"] as const;
const offer = (changes: Partial<Handover> = {}): Handover => ({
  number: 1, step: "offered", giver: MARIA, taker: JOAN, by: MARIA, minutes: 0, answerByS: 60, dueS: 0, ...changes,
});
const shared = (handover: Handover | null): Shared => ({ shiftMinutes: 20, shiftSinceS: null, handover });
const speech = { nameOf: (identity: string) => identity.replace("interpreter-", ""), say: (key: string, values = {}) => [key, ...Object.values(values)].join(" ") };

const metadata = { staff: { es: { human: MARIA, number: 4, shift_minutes: 30, shift_since_s: 12.5, handover: { number: 2, step: "accepted", giver: MARIA, taker: JOAN, by: JOAN, minutes: 5, answer_by_s: 70.5, due_s: 310.5 } }, ca: { human: "" } } };

test("what the channel's interpreters share is in the room's metadata", () => {
  const found = sharedOf(JSON.stringify(metadata));
  assert.deepEqual(found.get("es"), { shiftMinutes: 30, shiftSinceS: 12.5, handover: offer({ number: 2, step: "accepted", by: JOAN, minutes: 5, answerByS: 70.5, dueS: 310.5 }) });
  assert.deepEqual(found.get("ca"), shared(null));
});

const booth = (me: string, human: string, handover: Handover | null = null, changes: Partial<Booth> = {}): Booth => ({
  me, human, channels: ["es", "en"], shared: new Map([["es", shared(handover)]]), partners: [me === JOAN ? MARIA : JOAN], hasMicrophone: true, ...changes,
});

for (const [when, found, kind] of [
  ["I am on air and a partner is here", booth(MARIA, MARIA), "offer"],
  ["I am on air alone", booth(MARIA, MARIA, null, { partners: [] }), "closed"],
  ["a partner is on air", booth(JOAN, MARIA), "ask"],
  ["a partner is on air and I have no microphone", booth(JOAN, MARIA, null, { hasMicrophone: false }), "closed"],
  ["the machine is on air", booth(JOAN, ""), "closed"],
  ["an offer has ended", booth(MARIA, MARIA, offer({ step: "declined" })), "offer"],
  ["I offered", booth(MARIA, MARIA, offer()), "waiting"],
  ["it is offered to me", booth(JOAN, MARIA, offer()), "answer"],
  ["I asked", booth(JOAN, MARIA, offer({ by: JOAN })), "waiting"],
  ["I am asked", booth(MARIA, MARIA, offer({ by: JOAN })), "answer"],
  ["we agreed on a moment", booth(MARIA, MARIA, offer({ step: "accepted" })), "agreed"],
  ["two others have one open", booth(EVA, MARIA, offer()), "others"],
  ["it is about the other direction", booth(JOAN, "", null, { shared: new Map([["en", shared(offer())]]) }), "answer"],
  ["others hand the other direction over", booth(EVA, "", null, { shared: new Map([["en", shared(offer())]]) }), "closed"],
] as const) {
  test(`what can be done when ${when}`, () => assert.equal(standOf(found).kind, kind));
}

test("without a microphone a channel can be given and not accepted", () => {
  const deaf = { hasMicrophone: false };
  const taker = standOf(booth(JOAN, MARIA, offer(), deaf));
  const giver = standOf(booth(MARIA, MARIA, offer({ by: JOAN }), deaf));
  assert.equal("canAccept" in taker && taker.canAccept, false);
  assert.equal("canAccept" in giver && giver.canAccept, true);
});

for (const [me, handover, key, name] of [
  [MARIA, offer(), "handover_offered", "joan"],
  [JOAN, offer({ minutes: 2 }), "handover_is_offered", "maria"],
  [JOAN, offer({ by: JOAN }), "handover_asked", "maria"],
  [MARIA, offer({ by: JOAN }), "handover_is_asked", "joan"],
  [MARIA, offer({ step: "accepted" }), "handover_agreed_give", "joan"],
  [JOAN, offer({ step: "accepted" }), "handover_agreed_take", "maria"],
] as const) {
  test(`the words of an open offer: ${key}`, () => {
    const words = offerWords(handover, me, speech);
    assert.deepEqual([words.key, words.values.name, words.values.when], [key, name, handover.minutes === 2 ? "when_in 2" : "when_now"]);
  });
}

for (const [me, handover, key] of [
  [MARIA, offer({ step: "done" }), "handover_done_by_other"],
  [JOAN, offer({ step: "done" }), "handover_done_by_me"],
  [JOAN, offer({ step: "declined" }), "handover_declined_by_me"],
  [MARIA, offer({ step: "declined" }), "handover_declined_by_other"],
  [MARIA, offer({ step: "cancelled" }), "handover_cancelled_by_me"],
  [JOAN, offer({ step: "cancelled" }), "handover_cancelled_by_other"],
  [JOAN, offer({ step: "timed_out" }), "handover_timed_out"],
  [MARIA, offer({ step: "overtaken" }), "handover_overtaken"],
  [MARIA, offer({ step: "vanished" }), "handover_vanished"],
  [EVA, offer({ step: "done" }), undefined],
  [MARIA, offer(), undefined],
] as const) {
  test(`how an offer ended: ${key ?? "nothing to say"} to ${me}`, () => assert.equal(endWords(handover, me, speech)?.key, key));
}

test("who is to answer is told the keys, and how it ended is spoken to the two alone", () => {
  const spoken = (me: string, handover: Handover) => spokenOf(handover, me, speech, { accept: "Y", refuse: "N" }).map(({ key }) => key);
  assert.deepEqual(spoken(JOAN, offer()), ["handover_is_offered", "handover_keys"]);
  assert.deepEqual(spoken(MARIA, offer()), ["handover_offered"]);
  assert.deepEqual(spoken(EVA, offer()), ["handover_others"]);
  assert.deepEqual(spoken(MARIA, offer({ step: "declined" })), ["handover_declined_by_other"]);
  assert.deepEqual(spoken(EVA, offer({ step: "declined" })), []);
});

for (const [what, handover, expected] of [
  ["an answer is waited for", offer(), "handover_answer_by 0:50"],
  ["it is for later", offer({ minutes: 2, dueS: 120 }), "handover_due 1:50 · handover_answer_by 0:50"],
  ["it is agreed on", offer({ step: "accepted", minutes: 2, dueS: 120 }), "handover_due 1:50"],
  ["its time is over", offer({ answerByS: 9 }), "handover_answer_by 0:00"],
] as const) {
  test(`the countdown while ${what}`, () => assert.equal(countdownOf(handover, 10.2, speech.say), expected));
}

test("each step is news once, and what had ended before is none", () => {
  const steps = (news: HandoverNews, handover: Handover) => news.read(new Map([["es", shared(handover)]])).map((one) => one.handover.step);
  const news = new HandoverNews();
  assert.deepEqual(steps(news, offer({ step: "done" })), []);
  assert.deepEqual(steps(news, offer({ number: 2 })), ["offered"]);
  assert.deepEqual(steps(news, offer({ number: 2 })), []);
  assert.deepEqual(steps(news, offer({ number: 2, step: "declined" })), ["declined"]);
  assert.deepEqual(steps(new HandoverNews(), offer()), ["offered"]);
});
