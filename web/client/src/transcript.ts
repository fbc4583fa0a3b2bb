// The transcript: a search that narrows the rows, columns that can be left out.

import { element } from "./config.ts";

const rows = [...document.querySelectorAll<HTMLTableRowElement>("tbody tr[data-row]")];
const texts = rows.map((row) => fold(row.textContent ?? ""));
const search = element<HTMLInputElement>("search");
const found = element("found");

/** Letters without case and accents, so that "rio" finds "Río". */
function fold(words: string): string {
  return words.normalize("NFD").replace(/\p{M}/gu, "").toLocaleLowerCase();
}

search.addEventListener("input", () => {
  const asked = fold(search.value.trim());
  let count = 0;
  rows.forEach((row, index) => {
    const isFound = texts[index]?.includes(asked) ?? false;
    row.hidden = !isFound;
    if (isFound) count += 1;
  });
  found.textContent = asked === "" ? "" : (found.dataset.words ?? "").replace("{count}", String(count));
});

for (const box of document.querySelectorAll<HTMLInputElement>("input[data-column]")) {
  const show = (): void => {
    for (const cell of document.querySelectorAll<HTMLElement>(`[data-language="${CSS.escape(box.value)}"]`)) {
      cell.hidden = !box.checked;
    }
  };
  box.addEventListener("change", show);
}
