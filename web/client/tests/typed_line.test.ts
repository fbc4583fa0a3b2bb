import assert from "node:assert/strict";
import { test } from "node:test";
import { cut, decodeAnswer, encode, MOST_LETTERS, newLine, readKept, TypedLine, type Answer } from "../src/typed_line.ts";

const fresh = (): TypedLine => new TypedLine(newLine("s1"));
const answer = (changes: Partial<Answer>): Answer => ({ stream: "s1", segment: 0, revision: 0, done: 0, fixable: 0, ...changes });

for (const [name, text, segments, rest] of [
  ["a sentence that is still typed", "The city needs wat", [], "The city needs wat"],
  ["a full stop without a space may be a number's", "It costs 3.", [], "It costs 3."],
  ["a sentence that ends", "The city needs water. It", ["The city needs water."], "It"],
  ["a question of one word", "Why? Be", ["Why?"], "Be"],
  ["a title", "We thank Dr. Jones and", [], "We thank Dr. Jones and"],
  ["a short sentence goes with the next", "I see. Then we vote now. ", ["I see. Then we vote now."], ""],
  ["a closing quotation mark", "He said “we will not.” And", ["He said “we will not.”"], "And"],
  ["lines", "one\ntwo words\n\nthree", ["one", "two words"], "three"],
  ["Chinese", "你好。我们开始", ["你好。"], "我们开始"],
  ["Arabic", "هل نبدأ الآن؟ نعم", ["هل نبدأ الآن؟"], "نعم"],
  ["spaces", "  an   old  city. d", ["an old city."], "d"],
] as const) {
  test(`What is typed is cut into segments: ${name}`, () => {
    assert.deepEqual(cut(text), { segments, rest });
  });
}

test("A sentence without an end is cut at a comma, and no word is lost", () => {
  const text = Array.from({ length: 100 }, (_, index) => `word${index}${index % 12 === 11 ? "," : ""}`).join(" ");
  const { segments, rest } = cut(text);
  assert.ok(segments.every((one) => one.length <= 240 && one.endsWith(",")));
  assert.equal([...segments, rest].join(" "), text);
});

test("Complete words are said while one types, the last one is not", () => {
  const line = fresh();
  line.type("The city ne");
  assert.deepEqual(line.message(), { segment: 1, revision: 1, text: "The city", end: false, fix: false });
  line.type("The city needs");
  assert.equal(line.message().revision, 1);
  line.type("The city needs ");
  assert.deepEqual([line.message().revision, line.message().text], [2, "The city needs"]);
});

test("What was sent is said again until it is answered, one after another", () => {
  const line = fresh();
  line.type("The first sentence. The second sentence. And");
  assert.equal(line.message().segment, 1);
  assert.equal(line.waitingWords, 6);
  assert.equal(line.answered(answer({ segment: 1, revision: 1 })), false);
  assert.equal(line.message().segment, 1);
  assert.equal(line.answered(answer({ done: 1 })), true);
  assert.equal(line.message().segment, 2);
  assert.equal(line.answered(answer({ stream: "another", done: 9 })), false);
  line.answered(answer({ done: 2 }));
  assert.equal(line.waitingWords, 0);
  line.type("And so on");
  assert.deepEqual([line.message().segment, line.message().text], [3, "And so"]);
});

test("Nothing typed: only that the captioner is there", () => {
  assert.equal(fresh().message().segment, 0);
});

test("The last sentence is corrected while the floor agent can", () => {
  const line = fresh();
  line.type("We will pay. ");
  line.answered(answer({ segment: 1, revision: 1, done: 1, fixable: 1 }));
  assert.equal(line.fixable, "We will pay.");
  line.type("It is a");
  assert.equal(line.fix("We will not pay."), true);
  assert.deepEqual(line.message(), { segment: 1, revision: 2, text: "We will not pay.", end: true, fix: true });
  assert.equal(line.answered(answer({ segment: 1, revision: 2, done: 1, fixable: 1 })), true);
  assert.deepEqual([line.message().segment, line.takeTooLate(), line.fixable], [2, false, "We will not pay."]);
});

test("A correction that comes too late is said to be", () => {
  const line = fresh();
  line.type("We will pay. ");
  line.answered(answer({ done: 1, fixable: 1 }));
  line.fix("We will not pay.");
  line.answered(answer({ segment: 2, revision: 1, done: 1, fixable: 0 }));
  assert.deepEqual([line.takeTooLate(), line.takeTooLate(), line.fixable, line.fix("Now.")], [true, false, null, false]);
});

test("A page that is loaded again goes on with what it kept", () => {
  const line = fresh();
  line.type("The first sentence. And th");
  const again = new TypedLine(readKept(JSON.stringify(line.kept)) ?? newLine("s2"));
  assert.deepEqual([again.open, again.message()], ["And th", line.message()]);
  assert.equal(readKept("nonsense"), null);
  assert.equal(readKept(JSON.stringify({ stream: 1 })), null);
});

test("A pasted book is refused, what waits is not", () => {
  const line = fresh();
  const page = "Six words make this one sentence. ".repeat(300);
  assert.ok(line.hasRoomFor(page));
  line.type(page);
  assert.equal(line.waitingWords, 1800);
  assert.equal(line.hasRoomFor("x".repeat(MOST_LETTERS - 9000)), false);
});

test("A message is as long as a multiple of 100 bytes", () => {
  const payload = encode("s1", "en", true, fresh().message());
  assert.equal(payload.length % 100, 0);
  assert.deepEqual(JSON.parse(new TextDecoder().decode(payload)), { v: 1, stream: "s1", language: "en", on: true, segment: 0, revision: 0, text: "", end: false, fix: false });
});

test("An answer is read, and nothing else", () => {
  const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
  assert.deepEqual(decodeAnswer(bytes(JSON.stringify({ v: 1, ...answer({ done: 3 }) }))), answer({ done: 3 }));
  for (const text of ["", "1", "null", '{"v":1}', '{"v":2,"stream":"s","segment":0,"revision":0,"done":0,"fixable":0}']) assert.equal(decodeAnswer(bytes(text)), null);
});
