// The listener's page: only this module touches it.

import { CaptionPane } from "./caption_pane.ts";
import type { CaptionFrame } from "./captions.ts";
import { element, type Config, type Language } from "./config.ts";
import { recall, remember } from "./memory.ts";
import { drawIcon, Phrases } from "./phrases.ts";
import type { RoomState } from "./state.ts";
import { goesOn, isTrouble, type Words } from "./words.ts";

export interface Actions {
  onSound(): void;
  onRead(): void;
  onLanguage(tag: string): void;
  onBalance(balance: number): void;
}

const ANNOUNCED_LINES = 3;
/** Engines may fail again, which shows within seconds: a channel that is well for so long is. */
const STEADY_MS = 8000;
/** What is said where no captions will come. */
const UNCAPTIONED: readonly string[] = [
  "no_captions",
  "no_machine",
  "recognition_missing",
  "interrupted",
  "captions_missing",
  "relay_lost_here",
  "relay_too_deep",
];

export class ListenScreen {
  readonly #languages: Map<string, Language>;
  readonly #phrases: Phrases;
  readonly #pane: CaptionPane;
  readonly #aside: CaptionPane;
  readonly #toLive = element<HTMLButtonElement>("to-live");
  readonly #sheet = element<HTMLDialogElement>("languages");
  readonly #settings = element<HTMLDialogElement>("reading");
  readonly #announce = element<HTMLInputElement>("announce");
  readonly #announced = new Set<string>();
  #hasCaptions = false;
  #areCaptionsToCome = true;
  /** When engines failed last; null: never, or its end is told. */
  #troubledMs: number | null = null;

  constructor(config: Config, actions: Actions) {
    this.#languages = new Map(config.languages.map((language) => [language.tag, language]));
    this.#phrases = new Phrases(config.strings);
    this.#pane = new CaptionPane(element("captions"), element("lines"), false, (isFollowing) => {
      this.#toLive.hidden = isFollowing;
    });
    this.#aside = new CaptionPane(element("aside"), element("aside-lines"), true, () => undefined);
    this.#toLive.addEventListener("click", () => {
      this.#pane.backToLive();
      element("captions").focus();
    });
    this.#wireDock(actions);
    this.#wireSheet(actions);
    this.#wireSettings();
  }

  nameOf(tag: string): string {
    return this.#languages.get(tag)?.endonym ?? tag;
  }

  drawLanguage(tag: string): void {
    const name = element("language-name");
    name.textContent = this.nameOf(tag);
    name.lang = tag;
    this.#troubledMs = null;
    this.drawReading(tag);
    for (const option of this.#options()) option.setAttribute("aria-pressed", String(option.dataset.tag === tag));
  }

  /** Captions begin anew, in this language. */
  drawReading(tag: string): void {
    const direction = this.#languages.get(tag)?.direction ?? "ltr";
    this.#announced.clear();
    this.#pane.setLanguage(tag, direction);
    this.#aside.setLanguage(tag, direction);
  }

  drawCaptions(finals: CaptionFrame[], open: CaptionFrame[]): void {
    this.#pane.draw(finals, open);
    this.#aside.draw(finals, []);
    this.#hasCaptions = finals.length + open.length > 0;
    this.#drawPromise();
    this.#announceFinals(finals);
  }

  drawWords(words: Words, state: RoomState | null): void {
    this.#phrases.draw(element("live"), words.live);
    this.#phrases.draw(element("interprets"), words.interprets);
    this.#phrases.draw(element("lag"), words.lag);
    this.#phrases.draw(element("captions-origin"), words.captions);
    this.#phrases.draw(element("notice"), words.notice);
    this.#announceEnd(words);
    this.#areCaptionsToCome = !UNCAPTIONED.includes(words.notice?.key ?? "");
    this.#drawPromise();
    for (const option of this.#options()) {
      const channel = state?.channels.get(option.dataset.tag ?? "");
      const isRunning = channel !== undefined && channel.state !== "idle";
      option.querySelector<HTMLElement>(".option-hint")?.toggleAttribute("hidden", isRunning);
    }
  }

  drawSound(tag: string, hasSound: boolean, isBlocked: boolean): void {
    const key = isBlocked ? "unblock" : hasSound ? "pause" : "listen_in";
    element("sound-label").textContent = this.#phrases.say(key, { language: this.nameOf(tag) });
    drawIcon("sound-icon", hasSound && !isBlocked ? "pause" : "play");
    element("sound").setAttribute("aria-pressed", String(hasSound && !isBlocked));
    element("read").setAttribute("aria-pressed", String(!hasSound));
  }

  /** Captions are promised only where some will come. */
  #drawPromise(): void {
    element("empty").hidden = this.#hasCaptions || !this.#areCaptionsToCome;
  }

  #wireDock(actions: Actions): void {
    const balance = element<HTMLInputElement>("balance");
    balance.value = recall("balance") ?? balance.value;
    balance.addEventListener("input", () => {
      remember("balance", balance.value);
      actions.onBalance(balance.valueAsNumber);
    });
    element("sound").addEventListener("click", () => actions.onSound());
    element("read").addEventListener("click", () => actions.onRead());
  }

  #wireSheet(actions: Actions): void {
    const search = element<HTMLInputElement>("language-search");
    const narrow = (): void => {
      const asked = search.value.trim().toLocaleLowerCase();
      for (const option of this.#options()) {
        const words = `${option.dataset.tag} ${option.textContent}`.toLocaleLowerCase();
        option.toggleAttribute("hidden", !words.includes(asked));
      }
    };
    search.addEventListener("input", narrow);
    element("language").addEventListener("click", () => {
      search.value = "";
      narrow();
      this.#sheet.showModal();
    });
    for (const option of this.#options()) {
      option.addEventListener("click", () => {
        this.#sheet.close();
        actions.onLanguage(option.dataset.tag ?? "");
      });
    }
    closeOnBackdrop(this.#sheet);
    closeOnBackdrop(this.#settings);
  }

  #wireSettings(): void {
    element("settings").addEventListener("click", () => this.#settings.showModal());
    const size = element<HTMLInputElement>("text-size");
    const resize = (): void => {
      document.documentElement.style.setProperty("--caption-size", `${size.value}rem`);
    };
    const isWide = matchMedia("(min-width: 70rem)").matches;
    size.value = recall("text-size") ?? (isWide ? "2.25" : size.value);
    resize();
    size.addEventListener("input", () => {
      resize();
      remember("text-size", size.value);
    });
    const lines = recall("lines") ?? (isWide ? "4" : "page");
    for (const mode of document.querySelectorAll<HTMLInputElement>("input[name=lines]")) {
      mode.checked = mode.value === lines;
      mode.addEventListener("change", () => {
        this.#showLines(mode.value);
        remember("lines", mode.value);
      });
    }
    this.#showLines(lines);
  }

  #showLines(lines: string): void {
    element("captions").dataset.lines = lines;
    this.#pane.backToLive();
  }

  /** Of a trouble: whoever does not see the notice go is told, once the channel has gone on for a while. */
  #announceEnd(words: Words): void {
    const nowMs = performance.now();
    if (isTrouble(words.notice)) this.#troubledMs = nowMs;
    if (this.#troubledMs === null || !goesOn(words) || nowMs - this.#troubledMs < STEADY_MS) return;
    this.#troubledMs = null;
    const language = element("language-name").textContent ?? "";
    this.#announceLine(this.#phrases.say("recovered", { language }));
  }

  #announceFinals(finals: CaptionFrame[]): void {
    const news = finals.filter(({ segment }) => !this.#announced.has(segment));
    for (const { segment } of news) this.#announced.add(segment);
    const isFirst = news.length === finals.length;
    if (!this.#announce.checked || isFirst) return;
    for (const frame of news) this.#announceLine(frame.text, frame.textLanguage);
  }

  /** Without a language, it is the page's own. */
  #announceLine(text: string, language = document.documentElement.lang): void {
    const region = element("announcer");
    const line = document.createElement("p");
    line.lang = language;
    line.textContent = text;
    region.append(line);
    while (region.childElementCount > ANNOUNCED_LINES) region.firstElementChild?.remove();
  }

  #options(): NodeListOf<HTMLButtonElement> {
    return this.#sheet.querySelectorAll<HTMLButtonElement>(".option");
  }
}

function closeOnBackdrop(dialog: HTMLDialogElement): void {
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog) dialog.close();
  });
}
