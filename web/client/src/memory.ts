// What this device remembers of a person's choices; a browser that keeps nothing is fine.

export function recall(key: string): string | null {
  try {
    return localStorage.getItem(`interpretation.${key}`);
  } catch {
    return null;
  }
}

export function remember(key: string, value: string): void {
  try {
    localStorage.setItem(`interpretation.${key}`, value);
  } catch {
    // Storage is blocked or full: the choice holds for this visit.
  }
}
