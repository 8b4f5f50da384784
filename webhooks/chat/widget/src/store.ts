// What stays on the device. Nothing at all before the parent opens the chat and writes; then in the
// tab's own storage, or for 24 hours on the device when the parent asks for it.

import type { Config, Session } from "./types.ts";

export interface Unsent {
  client_id: string;
  text: string;
  choice: { message: number; id: string } | null;
}

export interface Saved {
  session: Session | null;
  unsent: Unsent[];
  draft: string;
  open: boolean;
  keep: boolean;
  /** The last message that was on the screen. */
  seen: number;
  size: number;
  wide: boolean;
  /** The council's words, so that the next page begins with them. */
  words: Pick<Config, "texts" | "lang" | "english"> | null;
}

const KEY = "ehc-chat";

export const FRESH: Saved = {
  session: null,
  unsent: [],
  draft: "",
  open: false,
  keep: false,
  seen: 0,
  size: 1,
  wide: false,
  words: null,
};

export class Store {
  private saved: Saved;

  constructor() {
    const own = read("sessionStorage");
    const kept = read("localStorage");
    // A chat from an earlier visit is there again, but the page does not open it by itself.
    this.saved = own ?? (kept ? { ...kept, open: false } : { ...FRESH });
    // Words that were never sent outlive their chat, in the tab that they were written in.
    if (this.hasExpired() && !own?.unsent.length && !own?.draft) this.clear();
  }

  get now(): Readonly<Saved> {
    return this.saved;
  }

  /** Change what is kept. Written down only while there is something to come back to. */
  change(part: Partial<Saved>): void {
    this.saved = { ...this.saved, ...part };
    const text = this.saved.session || this.saved.unsent.length ? JSON.stringify(this.saved) : null;
    write("sessionStorage", text);
    write("localStorage", this.saved.keep ? text : null);
  }

  /** Forget the conversation; the parent's text size and window width stay for this page. */
  clear(): void {
    const { open, size, wide, words } = this.saved;
    this.change({ ...FRESH, open, size, wide, words });
  }

  private hasExpired(): boolean {
    const session = this.saved.session;
    return session !== null && !(Date.parse(session.expires_at) > Date.now());
  }
}

type Kind = "sessionStorage" | "localStorage";

// Storage may be switched off or full: then the chat lives as long as the page.
function read(kind: Kind): Saved | null {
  try {
    const text = window[kind].getItem(KEY);
    return text === null ? null : { ...FRESH, ...(JSON.parse(text) as Partial<Saved>) };
  } catch {
    return null;
  }
}

function write(kind: Kind, text: string | null): void {
  try {
    if (text !== null) window[kind].setItem(KEY, text);
    else if (window[kind].getItem(KEY) !== null) window[kind].removeItem(KEY);
  } catch {
    return;
  }
}
