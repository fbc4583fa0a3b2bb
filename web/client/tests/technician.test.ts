import assert from "node:assert/strict";
import { test } from "node:test";
import { answersOf, lineOf, Outbox, stateOf, type Call, type CallState } from "../src/technician.ts";

const call = (id: string, kind: Call["kind"] = "no_sound"): Call => ({ id, kind, text: "" });
const state = (changes: Partial<CallState>): CallState => ({ id: "c1", kind: "no_sound", text: "", is_seen: false, answer: "", ...changes });
const say = (key: string): string => key;

test("a call that does not get through is tried again, later each time, and stays", () => {
  const outbox = new Outbox(null);
  outbox.add(call("a"));
  const tries = [0, 1, 3, 7, 15, 23].map((atS) => {
    const found = [outbox.next(atS - 0.01)?.id ?? null, outbox.next(atS)?.id ?? null];
    outbox.failed(atS);
    return found;
  });

  assert.deepEqual(tries, [["a", "a"], ...Array(5).fill([null, "a"])]);
});

test("a new call is tried at once, and an emergency before all others", () => {
  const outbox = new Outbox(null);
  outbox.add(call("a"));
  outbox.failed(0);
  outbox.add(call("b"));
  outbox.add(call("c", "emergency"));

  assert.deepEqual(outbox.waiting.map(({ id }) => id), ["c", "a", "b"]);
  assert.equal(outbox.next(0)?.id, "c");
  outbox.done("c");
  assert.equal(outbox.next(0)?.id, "a");
});

test("what has not been sent outlives the page", () => {
  const outbox = new Outbox(null);
  outbox.add(call("a"));

  assert.deepEqual(new Outbox(outbox.encode()).waiting, [call("a")]);
});

for (const text of ["{", "7", '[{"id": 1}, null, {"id": "x", "kind": "joke", "text": ""}]']) {
  test(`${text} is nothing to send`, () => assert.deepEqual(new Outbox(text).waiting, []));
}

test("each of the technician's lines counts, in its place", () => {
  const calls = [state({ answer: "Cable\nDone" }), state({ id: "n", kind: "note", answer: "Hello" }), state({ id: "o" })];

  assert.deepEqual(answersOf(calls).map(({ name, text }) => [name, text]), [["c1/0", "Cable"], ["c1/1", "Done"], ["n/0", "Hello"]]);
});

for (const [what, waiting, calls, read, expected] of [
  ["nothing", [], [], [], null],
  ["a call that waits", [call("a", "bad_sound")], [state({ answer: "Hello" })], [], ["technician_sending", "call_bad_sound"]],
  ["a call", [], [state({})], [], ["technician_called", "call_no_sound"]],
  ["a call that was seen", [], [state({ is_seen: true })], [], ["technician_knows", "call_no_sound"]],
  ["an answer", [], [state({ answer: "Cable\nDone" })], ["c1/0"], ["technician_says", "Done"]],
  ["an answer that was read", [], [state({ answer: "Cable" })], ["c1/0"], null],
  ["a note", [], [state({ kind: "note", answer: "Hello" }), state({ id: "o" })], [], ["technician_says", "Hello"]],
  ["an older open call", [], [state({ kind: "note", answer: "Hello" }), state({ id: "o" })], ["c1/0"], ["technician_called", "call_no_sound"]],
] as [string, Call[], CallState[], string[], [string, string] | null][]) {
  test(`at a glance: ${what}`, () => {
    const line = lineOf(waiting, calls, new Set(read), say);

    assert.deepEqual(line && [line.key, line.values.words], expected);
  });
}

for (const [changes, expected] of [
  [{}, "called"],
  [{ is_seen: true }, "seen"],
  [{ is_seen: true, answer: "Cable" }, "answered"],
  [{ kind: "note", answer: "Hello" }, "note"],
] as const) {
  test(`in the list it is ${expected}`, () => assert.equal(stateOf(state(changes)).key, `technician_state_${expected}`));
}
