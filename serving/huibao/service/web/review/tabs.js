// Tells the other tabs of this browser what was saved and who signed in, and hears it from them.

const NAME = "huibao.review";
const channel = "BroadcastChannel" in window ? new BroadcastChannel(NAME) : null;

/** Tells the other tabs. */
export function sayElsewhere(news) {
  channel?.postMessage(news);
}

/** Calls `told` with what another tab says. */
export function hearElsewhere(told) {
  channel?.addEventListener("message", (event) => told(event.data));
}
