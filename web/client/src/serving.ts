// Which engines serve a meeting, on the organiser's page: asked for again and again, drawn where it is another.

const ASK_MS = 5000;

const place = document.getElementById("engines-now");
const lost = document.getElementById("engines-lost");

async function ask(within: HTMLElement, url: string): Promise<void> {
  const response = await fetch(url, { signal: AbortSignal.timeout(ASK_MS * 2) });
  if (!response.ok) throw new Error(`status ${response.status}`);
  const page = new DOMParser().parseFromString(await response.text(), "text/html").body;
  // What stays the same is not drawn again: a reader in it keeps their place.
  if (page.textContent !== within.textContent) within.replaceChildren(...page.childNodes);
}

async function follow(within: HTMLElement, url: string): Promise<void> {
  for (;;) {
    try {
      await ask(within, url);
      if (lost) lost.hidden = true;
    } catch {
      // Whatever went wrong, what is shown is old: that is said, and asked again.
      if (lost) lost.hidden = false;
    }
    await new Promise((resolve) => setTimeout(resolve, ASK_MS));
  }
}

if (place?.dataset.url) void follow(place, place.dataset.url);

export {};
