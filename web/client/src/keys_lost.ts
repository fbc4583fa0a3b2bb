// When nobody tells a page that keys are let go: what is held by one would be held for ever.

/** `letGo` is called when every key that is down must count as let go. */
export function onKeysLost(letGo: () => void): void {
  addEventListener("blur", letGo);
  document.addEventListener("visibilitychange", () => void (document.hidden && letGo()));
  // While its command key is down, macOS tells of no other key that is let go.
  addEventListener("keyup", ({ key }) => void (key === "Meta" && letGo()));
}
