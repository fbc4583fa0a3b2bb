// Names for what a page sends: sent again under the same one, it is there once.

/** `randomUUID` is not there on pages without https. */
export const newId = (): string => [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
