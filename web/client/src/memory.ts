// What this device remembers of a person's choices; a browser that keeps nothing is fine.

export function recall(key: string): string | null {
  try {
    return localStorage.getItem(`interpretation.${key}`);
  } catch {
    return null;
  }
}

/** The same for this visit alone, also when the page is loaded again. */
export function recallVisit(key: string): string | null {
  try {
    return sessionStorage.getItem(`interpretation.${key}`);
  } catch {
    return null;
  }
}

export function rememberVisit(key: string, value: string): void {
  try {
    sessionStorage.setItem(`interpretation.${key}`, value);
  } catch {
    // Storage is blocked or full: it holds until the page is closed.
  }
}

export function remember(key: string, value: string): void {
  try {
    localStorage.setItem(`interpretation.${key}`, value);
  } catch {
    // Storage is blocked or full: the choice holds for this visit.
  }
}
