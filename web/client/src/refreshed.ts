// A part of the organiser's page that stands for what is going on now: asked for again and again, drawn where it
// is another.

export const ASK_MS = 5000;

async function ask(place: HTMLElement, url: string): Promise<void> {
  const response = await fetch(url, { signal: AbortSignal.timeout(ASK_MS * 2) });
  if (!response.ok) throw new Error(`status ${response.status}`);
  const page = new DOMParser().parseFromString(await response.text(), "text/html").body;
  // What stays the same is not drawn again: a reader in it keeps their place.
  if (page.textContent !== place.textContent) place.replaceChildren(...page.childNodes);
}

/** Who reads a page out learns of a region beforehand: one that is hidden until it speaks is read out to nobody. */
function say(lost: HTMLElement | null, isLost: boolean): void {
  const said = isLost ? (lost?.dataset.said ?? "") : "";
  // What is said already is not read out again.
  if (lost && lost.textContent !== said) lost.textContent = said;
}

async function follow(place: HTMLElement, url: string, lost: HTMLElement | null): Promise<void> {
  for (;;) {
    try {
      await ask(place, url);
      say(lost, false);
    } catch {
      // Whatever went wrong, what is shown is old: that is said, and asked again.
      say(lost, true);
    }
    await new Promise((resolve) => setTimeout(resolve, ASK_MS));
  }
}

/** Keeps the element `id` as its `data-url` has it, from `afterMs` on; `lostId` says its `data-said` while it is old. */
export function keepFresh(id: string, lostId: string, afterMs = 0): void {
  const place = document.getElementById(id);
  const url = place?.dataset.url;
  if (place && url) setTimeout(() => void follow(place, url, document.getElementById(lostId)), afterMs);
}
