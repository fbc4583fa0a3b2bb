// The part of the desk where a channel is handed over; only draws, and says what was pressed.

import { element } from "./config.ts";
import { countdownOf, endWords, offerWords, spokenOf, type AnswerKeys, type Handover, type Speech, type Stand } from "./handover.ts";
import { drawText, type Phrases } from "./phrases.ts";
import type { Phrase } from "./words.ts";

export interface HandoverActions {
  onBegin(partner: string, minutes: number): void;
  onAccept(): void;
  onRefuse(): void;
}

/** How long the end of an offer stays to be read. */
const NEWS_S = 10;

export class HandoverScreen {
  readonly #phrases: Phrases;
  readonly #actions: HandoverActions;
  readonly #partner = element<HTMLSelectElement>("handover-partner");
  #unsaid: Phrase[] = [];
  #news: { words: Phrase; untilS: number } | null = null;

  constructor(phrases: Phrases, actions: HandoverActions) {
    this.#phrases = phrases;
    this.#actions = actions;
    element("handover-begin").addEventListener("click", () => this.begin());
    element("handover-accept").addEventListener("click", () => actions.onAccept());
    element("handover-refuse").addEventListener("click", () => actions.onRefuse());
    // A key that stays down repeats, and would press whatever the focus comes to.
    element("handover").addEventListener("keydown", (event) => void (event.repeat && event.key === "Enter" && event.preventDefault()));
  }

  /** Offer or ask with what is chosen. */
  begin(): void {
    this.#actions.onBegin(this.#partner.value, Number(element<HTMLSelectElement>("handover-minutes").value));
  }

  /** An offer has gone a step further: how it ended stays to be read for a while. */
  tell(handover: Handover, me: string, speech: Speech, keys: AnswerKeys, nowS: number): void {
    this.#unsaid.push(...spokenOf(handover, me, speech, keys));
    const end = endWords(handover, me, speech);
    if (end !== null) this.#news = { words: end, untilS: nowS + NEWS_S };
  }

  /** What is to be spoken of it, once. */
  takeUnsaid(): Phrase[] {
    return this.#unsaid.splice(0);
  }

  /** `channel` names the offer's where it is not the one that they speak into; `roomS` is the room's clock. */
  draw(stand: Stand, me: string, speech: Speech, channel: string, roomS: number, nowS: number): void {
    const focused = document.activeElement;
    this.#draw(stand, me, speech, channel, roomS, nowS);
    if (element("handover").contains(focused) && !isUsable(focused as HTMLElement)) this.#focusNext();
  }

  /** The control that had the focus has gone: it goes to what can still be done about the handover, and where that is
   * nothing to the group. Never to the big button, which gives the channel away when it is pressed once too often. */
  #focusNext(): void {
    const next = ["handover-refuse", "handover-begin"].map((id) => element(id));
    (next.find(isUsable) ?? element("handover")).focus();
  }

  #draw(stand: Stand, me: string, speech: Speech, channel: string, roomS: number, nowS: number): void {
    const isIdle = !("handover" in stand);
    element("handover").dataset.kind = stand.kind;
    element("handover-idle").hidden = !isIdle;
    element("handover-accept").hidden = stand.kind !== "answer";
    element("handover-refuse").hidden = isIdle || stand.kind === "others";
    const news = this.#news !== null && nowS < this.#news.untilS ? this.#news.words : null;
    this.#phrases.draw(element("handover-words"), isIdle ? news : offerWords(stand.handover, me, speech));
    drawText("handover-time", isIdle ? "" : countdownOf(stand.handover, roomS, (key, values) => speech.say(key, values)));
    drawText("handover-channel", isIdle ? "" : channel);
    if (isIdle) return this.#drawIdle(stand, speech);
    element<HTMLButtonElement>("handover-accept").disabled = !stand.canAccept;
    drawText("handover-refuse-words", speech.say(stand.kind === "answer" ? "handover_decline" : "handover_cancel"));
  }

  #drawIdle(stand: Stand, { nameOf, say }: Speech): void {
    const partners = "partners" in stand ? stand.partners : [];
    element<HTMLButtonElement>("handover-begin").disabled = partners.length === 0;
    drawText("handover-begin-words", say(stand.kind === "ask" ? "handover_ask" : "handover_offer"));
    this.#partner.hidden = partners.length < 2;
    if ([...this.#partner.options].map(({ value }) => value).join() === partners.join()) return;
    const chosen = this.#partner.value;
    this.#partner.replaceChildren(...partners.map((identity) => new Option(nameOf(identity), identity)));
    if (partners.includes(chosen)) this.#partner.value = chosen;
  }
}

/** Whether it can be seen and pressed. */
const isUsable = (control: HTMLElement): boolean => control.offsetParent !== null && !control.matches(":disabled");
