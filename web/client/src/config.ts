// What the server wrote into the page for its script.

export interface Language {
  tag: string;
  name: string;
  endonym: string;
  direction: string;
}

export interface Config {
  meeting_id: string;
  speaker_key?: string;
  captioner_key?: string;
  languages: Language[];
  strings: Record<string, string>;
}

export function readConfig(): Config {
  return JSON.parse(element("config").textContent ?? "") as Config;
}

/** The page's element of this id; a template that lacks it is a bug. */
export function element<T extends HTMLElement = HTMLElement>(id: string): T {
  const found = document.getElementById(id);
  if (found === null) throw new Error(`the page has no #${id}`);
  return found as T;
}
