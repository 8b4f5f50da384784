// Says things to screen readers, once each. A region of its own beside the visible log: readers
// read a whole log again when it changes. Nodes go after a second, so that nothing is met twice.

import { type Child, h } from "./dom.ts";

const KEPT_MS = 1_000; // less is too fast for Chrome with TalkBack

export class Announcer {
  /** One region in the dialog and one beside it: whatever lies behind a modal dialog is silent. */
  readonly inside = region();
  readonly outside = region();

  say(isOpen: boolean, ...parts: Child[]): void {
    const node = h("div", {}, ...parts);
    (isOpen ? this.inside : this.outside).append(node);
    setTimeout(() => node.remove(), KEPT_MS);
  }
}

function region(): HTMLElement {
  return h("div", { class: "vh", "aria-live": "polite", "aria-relevant": "additions" });
}
