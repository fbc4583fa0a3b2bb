// The organiser's list of calls to the technician: asked for again and again, drawn where something is new.

const ASK_MS = 2000;

const list = document.getElementById("calls");
const title = document.title;
/** The list as the server gave it: what is typed into the page's is not part of it. */
const given = new Map<string, string>();
let known = new Set<string>();

const rowsOf = (page: ParentNode): HTMLElement[] => [...page.querySelectorAll<HTMLElement>(".call")];
const newOf = (rows: HTMLElement[]): HTMLElement[] => rows.filter(({ dataset }) => dataset.new === "yes");

async function ask(url: string): Promise<void> {
  const response = await fetch(url, { signal: AbortSignal.timeout(ASK_MS * 4) });
  if (!response.ok) throw new Error(`status ${response.status}`);
  draw(new DOMParser().parseFromString(await response.text(), "text/html").body);
}

function draw(page: HTMLElement): void {
  const rows = rowsOf(page);
  const isSame = rows.length === given.size && rows.every(({ id, outerHTML }) => given.get(id) === outerHTML);
  say(rows);
  if (isSame || list === null) return;
  if (isWriting(list)) return addTo(list, rows);
  given.clear();
  for (const { id, outerHTML } of rows) given.set(id, outerHTML);
  const focused = document.activeElement instanceof HTMLElement && list.contains(document.activeElement) ? document.activeElement : null;
  const [row, name] = [focused?.closest(".call")?.id, focused?.getAttribute("name") ?? focused?.tagName.toLowerCase()];
  list.replaceChildren(...page.childNodes);
  // Who was at a button of a row stays in that row.
  if (row !== undefined) document.getElementById(row)?.querySelector<HTMLElement>(`[name="${name}"], button`)?.focus();
}

/** What has come meanwhile stands above what is being answered. */
function addTo(within: HTMLElement, rows: HTMLElement[]): void {
  const fresh = newOf(rows).filter(({ id }) => document.getElementById(id) === null);
  within.querySelector(".calls-list")?.prepend(...fresh);
}

/** Nothing is taken from under the hands of who types an answer. */
function isWriting(within: HTMLElement): boolean {
  return [...within.querySelectorAll<HTMLInputElement>('input[type="text"]')].some(({ value }) => value !== "");
}

/** Each new call is said once, and the window's title counts those that nobody has seen. */
function say(rows: HTMLElement[]): void {
  const waiting = newOf(rows);
  const fresh = waiting.filter(({ id }) => !known.has(id));
  known = new Set(waiting.map(({ id }) => id));
  document.title = waiting.length > 0 ? `(${waiting.length}) ${title}` : title;
  for (const { dataset } of fresh) {
    const place = document.getElementById(dataset.emergency === "yes" ? "calls-emergency" : "calls-new");
    if (place) place.textContent = dataset.summary ?? "";
  }
}

async function follow(url: string): Promise<void> {
  const lost = document.getElementById("calls-lost");
  for (;;) {
    await new Promise((resolve) => setTimeout(resolve, ASK_MS));
    try {
      await ask(url);
      if (lost) lost.hidden = true;
    } catch {
      // Whatever went wrong, calls are not seen here: that is said, and asked again.
      if (lost) lost.hidden = false;
    }
  }
}

if (list?.dataset.url) {
  for (const { id, outerHTML } of rowsOf(list)) given.set(id, outerHTML);
  say(rowsOf(list));
  void follow(list.dataset.url);
}
