// The links page: copies a link, and says so.

for (const button of document.querySelectorAll<HTMLButtonElement>("button[data-copy]")) {
  const label = button.querySelector<HTMLElement>(".copy-label");
  const before = label?.textContent ?? "";
  button.addEventListener("click", async () => {
    const link = document.getElementById(button.dataset.copy ?? "");
    if (!(link instanceof HTMLInputElement) || !label) return;
    link.select();
    try {
      await navigator.clipboard.writeText(link.value);
      label.textContent = button.dataset.done ?? before;
    } catch {
      // No permission: the link is selected, so that a key press copies it.
      label.textContent = button.dataset.failed ?? before;
    }
    setTimeout(() => (label.textContent = before), 2500);
  });
}
