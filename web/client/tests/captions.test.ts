import assert from "node:assert/strict";
import { test } from "node:test";
import table from "../../../tests/data/captions_cases.json" with { type: "json" };
import { CaptionReceiver, decodeFrame, historyFrame, isCaptionSource, type HistorySegment } from "../src/captions.ts";

interface Step {
  from?: string;
  frame?: Record<string, unknown>;
  payload?: string;
  gone?: string;
  history?: Record<string, unknown>[];
}

function play(receiver: CaptionReceiver, step: Step): void {
  if (step.gone !== undefined) return receiver.forgetPublisher(step.gone);
  if (step.history !== undefined) {
    const segments = step.history.map((item) => ({ ...table.defaults, ...item }) as unknown as HistorySegment);
    receiver.addHistory(segments.map(historyFrame).filter((frame) => frame !== null));
    return;
  }
  const payload = step.payload ?? JSON.stringify({ ...table.defaults, ...step.frame });
  const frame = decodeFrame(new TextEncoder().encode(payload));
  if (frame !== null) receiver.receive(step.from ?? "", frame);
}

for (const healing of table.cases) {
  test(`a receiver heals: ${healing.name}`, () => {
    const receiver = new CaptionReceiver("keeps" in healing ? healing.keeps : undefined);

    for (const step of healing.steps as Step[]) play(receiver, step);

    assert.deepEqual(receiver.finals.map((frame) => frame.text), healing.finals);
    assert.deepEqual(receiver.open.map((frame) => frame.text), healing.open);
    assert.equal(receiver.lostFrames, "lost" in healing ? healing.lost : 0);
  });
}

for (const claim of table.trust) {
  test(claim.name, () => {
    const attributes = claim.attributes as unknown as Record<string, string>;

    assert.equal(isCaptionSource(claim.is_agent, attributes, claim.track), claim.is_believed);
  });
}

test("words that nobody translated say their own language", () => {
  const said = { ...table.defaults, text: "water", final: true };
  const decoded = (data: object) => decodeFrame(new TextEncoder().encode(JSON.stringify(data)));

  assert.equal(decoded(said)?.textLanguage, "es");
  assert.equal(decoded({ ...said, text_lang: "en" })?.textLanguage, "en");
  assert.equal(historyFrame({ ...said, text_lang: "" } as HistorySegment)?.textLanguage, "es");
});

test("a payload that is no text is dropped", () => {
  assert.equal(decodeFrame(new Uint8Array([0xff, 0xfe, 0x00])), null);
});
