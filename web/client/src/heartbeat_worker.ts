// Counts the time of the heartbeats: a hidden page's own timers fire once a second, a worker's go on.

const EVERY_MS = 300;

setInterval(() => self.postMessage("beat"), EVERY_MS);
