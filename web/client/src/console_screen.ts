// The desk of the booth: draws it, and turns presses and keys into what the interpreter wants.

import { element, type Language } from "./config.ts";
import { heldKeyOf, isTyping, keyOf, type Key } from "./console_keys.ts";
import type { LampWords, PartnerWords } from "./console_words.ts";
import { listenToHold } from "./hold_button.ts";
import type { Source } from "./incoming.ts";
import type { Lamp } from "./lamp.ts";
import { recall, remember } from "./memory.ts";
import { clock } from "./paragraphs.ts";
import { drawText, type Phrases } from "./phrases.ts";
import type { Shift } from "./shift.ts";
import type { Phrase } from "./words.ts";

export interface DeskActions {
  onAir(): void;
  onCough(isHeld: boolean): void;
  onTalk(isHeld: boolean): void;
  onWrite(): void;
  onHold(): void;
  onCaptions(): void;
  onIncoming(tag: string): void;
  onSwapIncoming(): void;
  onOutgoing(tag: string): void;
  onSwapOutgoing(): void;
  onTone(): void;
  onShift(minutes: number): void;
  /** The keys of a handover. */
  onBegin(): void;
  onAccept(): void;
  onRefuse(): void;
  onLeave(): void;
}

export type Stage = "check" | "booth" | "ended";
const TONES = ["volume", "bass", "treble"] as const;

export class ConsoleScreen {
  readonly #phrases: Phrases;
  readonly #names: Map<string, Language>;
  readonly #actions: DeskActions;
  readonly #keys: Record<string, () => void>;
  readonly #held = new Set<string>();
  #sources: Source[] = [];

  constructor(phrases: Phrases, languages: Language[], actions: DeskActions) {
    this.#phrases = phrases;
    this.#names = new Map(languages.map((language) => [language.tag, language]));
    this.#actions = actions;
    this.#keys = {
      m: () => actions.onAir(),
      h: () => actions.onHold(),
      l: () => actions.onCaptions(),
      r: () => actions.onSwapIncoming(),
      s: () => actions.onSwapOutgoing(),
      b: () => actions.onWrite(),
      o: () => actions.onBegin(),
      y: () => actions.onAccept(),
      n: () => actions.onRefuse(),
    };
    element("air").addEventListener("click", () => actions.onAir());
    element("hold").addEventListener("click", () => actions.onHold());
    element("captions").addEventListener("click", () => actions.onCaptions());
    element("leave").addEventListener("click", () => actions.onLeave());
    document.getElementById("swap")?.addEventListener("click", () => actions.onSwapOutgoing());
    for (const radio of this.#outgoing()) radio.addEventListener("change", () => actions.onOutgoing(radio.value));
    for (const id of TONES) this.#rememberValue(element<HTMLInputElement>(id), "input", () => actions.onTone());
    const shift = element<HTMLSelectElement>("shift-minutes");
    shift.addEventListener("change", () => actions.onShift(Number(shift.value)));
    listenToHold(element("cough"), (isHeld) => actions.onCough(isHeld));
    addEventListener("keydown", (event) => this.#onKey(event, true));
    addEventListener("keyup", (event) => this.#onKey(event, false));
    // A window that loses the keyboard never hears that a key is let go: listeners would hear silence for ever.
    addEventListener("blur", () => {
      this.#hold("c", false);
      this.#hold("t", false);
    });
  }

  get tone(): { volume: number; bass: number; treble: number } {
    const [volume, bass, treble] = TONES.map((id) => element<HTMLInputElement>(id).valueAsNumber);
    return { volume: volume ?? 0, bass: bass ?? 0, treble: treble ?? 0 };
  }

  get stage(): Stage {
    return document.body.dataset.stage as Stage;
  }

  drawStage(stage: Stage): void {
    document.body.dataset.stage = stage;
    element("check").hidden = stage !== "check";
    element("ended").hidden = stage !== "ended";
    for (const part of document.querySelectorAll<HTMLElement>(".in-booth")) part.hidden = stage !== "booth";
    if (stage === "booth") element("air").focus();
  }

  /** Nothing goes on by itself: say why, and offer to begin anew. */
  drawEnded(why: Phrase, canOpen: boolean): void {
    this.drawStage("ended");
    this.#phrases.draw(element("ended-words"), why);
    this.#phrases.draw(element("notice"), null);
    element("again").hidden = !canOpen;
    this.announce(why);
  }

  drawLive(phrase: Phrase): void {
    this.#phrases.draw(element("live"), phrase);
  }

  drawNotice(phrase: Phrase | null): void {
    this.#phrases.draw(element("notice"), phrase);
  }

  /** For who does not see the lamp. */
  announce(...phrases: Phrase[]): void {
    element("announce").textContent = phrases.map(({ key, values }) => this.#phrases.say(key, values)).join(" ");
  }

  drawLamp(lamp: Lamp, isArmed: boolean, isMine: boolean, words: LampWords): void {
    const air = element("air");
    air.dataset.lamp = isArmed ? "armed" : lamp.kind;
    air.setAttribute("aria-pressed", String(isMine));
    this.#phrases.draw(element("air-word"), words.word);
    this.#phrases.draw(element("air-more"), words.more);
  }

  drawKeys(isCoughing: boolean, isHolding: boolean, areCaptionsWanted: boolean): void {
    const pressed = { cough: isCoughing, hold: isHolding, captions: areCaptionsWanted };
    for (const [id, is] of Object.entries(pressed)) element(id).setAttribute("aria-pressed", String(is));
  }

  drawOutgoing(tag: string): void {
    for (const radio of this.#outgoing()) radio.checked = radio.value === tag;
  }

  drawSources(sources: Source[], chosen: string): void {
    if (sources.map(({ tag }) => tag).join() !== this.#sources.map(({ tag }) => tag).join()) {
      element("incoming").replaceChildren(...sources.map((source) => this.#sourceChoice(source)));
    }
    this.#sources = sources;
    sources.forEach(({ tag, words, name, isOwn }, index) => {
      const label = element("incoming").children[index];
      const radio = label?.querySelector("input");
      const hint = label?.querySelector<HTMLElement>(".source-hint");
      if (!radio || !hint) return;
      radio.checked = tag === chosen;
      radio.disabled = isOwn;
      this.#phrases.draw(hint, words === "" ? null : { key: words, values: { name }, tone: "calm" });
    });
  }

  nameOf(tag: string): string {
    return tag === "" ? this.#phrases.say("floor_name") : (this.#names.get(tag)?.endonym ?? tag);
  }

  drawPartners(partners: PartnerWords[]): void {
    const list = element("partners");
    while (list.children.length > partners.length) list.lastElementChild?.remove();
    partners.forEach(({ words, state }, index) => {
      const item = (list.children[index] as HTMLElement | undefined) ?? list.appendChild(document.createElement("li"));
      item.dataset.state = state;
      this.#phrases.draw(item, words);
    });
  }

  drawTimes(now: Date, elapsedS: number | null, shiftMinutes: number, shift: Shift, lag: Phrase | null): void {
    drawText("clock", now.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", second: "2-digit", hour12: false }));
    drawText("elapsed", elapsedS === null ? "–" : clock(elapsedS));
    const minutes = element<HTMLSelectElement>("shift-minutes");
    if (minutes.value !== String(shiftMinutes)) minutes.value = String(shiftMinutes);
    drawText("shift-left", clock(shift.leftS));
    element("shift").dataset.tone = shift.isEnding ? "caution" : "calm";
    drawText("shift-words", shift.isOver ? this.#phrases.say("shift_over") : shift.isEnding ? this.#phrases.say("shift_ending") : "");
    this.#phrases.draw(element("lag"), lag);
  }

  #sourceChoice({ tag, key }: Source): HTMLElement {
    const label = document.createElement("label");
    label.className = "chip-choice";
    const radio = document.createElement("input");
    Object.assign(radio, { type: "radio", name: "incoming", value: tag });
    radio.addEventListener("change", () => this.#actions.onIncoming(tag));
    const [words, name, hint, print] = [span(""), span("source-name"), span("source-hint"), document.createElement("kbd")];
    name.textContent = this.nameOf(tag);
    if (tag !== "") name.lang = tag;
    print.textContent = key;
    print.hidden = key === "";
    words.append(print, name, hint);
    label.append(radio, words);
    return label;
  }

  #outgoing(): NodeListOf<HTMLInputElement> {
    return document.querySelectorAll<HTMLInputElement>('input[name="outgoing"]');
  }

  #onKey(event: KeyboardEvent, isDown: boolean): void {
    const held = heldKeyOf(event);
    // It is let go wherever the keyboard writes by now.
    if (held !== null && !isDown) return this.#hold(held, false);
    const key = keyOf(event);
    // Whoever goes to the field with a key still held does not mean to write its letter.
    if (held !== null && event.repeat && this.#held.has(held)) return event.preventDefault();
    if (this.stage !== "booth" || key === null || isTyping(event)) return;
    event.preventDefault();
    if (held !== null) this.#hold(held, true);
    else if (isDown && !event.repeat) this.#press(key);
  }

  #hold(key: "c" | "t", isHeld: boolean): void {
    if (isHeld) this.#held.add(key);
    else this.#held.delete(key);
    if (key === "c") this.#actions.onCough(isHeld);
    else this.#actions.onTalk(isHeld);
  }

  #press(key: Key): void {
    const source = this.#sources.find((other) => other.key === key);
    if (source) this.#actions.onIncoming(source.tag);
    else this.#keys[key]?.();
  }

  #rememberValue(control: HTMLInputElement, event: string, changed: () => void): void {
    control.value = recall(`console.${control.id}`) ?? control.value;
    control.addEventListener(event, () => {
      remember(`console.${control.id}`, control.value);
      changed();
    });
  }
}

function span(name: string): HTMLElement {
  const element = document.createElement("span");
  element.className = name;
  return element;
}
