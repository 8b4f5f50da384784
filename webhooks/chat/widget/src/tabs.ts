// Tabs of one site share the conversation without storing it: a new tab asks, an old one answers.

import type { Session } from "./types.ts";

/** The conversation, and whether the parent wants it kept on the device. */
export interface Shared {
  session: Session | null;
  keep: boolean;
}

type Call = { ask: true } | Shared | { cleared: string };

const WAIT_MS = 150;

export class Tabs {
  private channel: BroadcastChannel | null = null;
  private answer: ((shared: Shared | null) => void) | null = null;

  constructor(
    private readonly base: string,
    private readonly current: () => Shared,
    private readonly whenKept: (keep: boolean) => void,
    private readonly whenCleared: () => void,
  ) {}

  open(): void {
    if (this.channel || !("BroadcastChannel" in window)) return;
    this.channel = new BroadcastChannel("ehc-chat " + this.base);
    this.channel.onmessage = (event: MessageEvent<Call>) => this.hear(event.data);
  }

  /** What another tab has, if one has any. */
  ask(): Promise<Shared | null> {
    if (!this.channel) return Promise.resolve(null);
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.answer?.(null), WAIT_MS);
      this.answer = (shared) => {
        clearTimeout(timer);
        this.answer = null;
        resolve(shared);
      };
      this.channel?.postMessage({ ask: true });
    });
  }

  /** Tell the others what this tab has: an answer, and news of `keep`. */
  share(): void {
    const { session, keep } = this.current();
    if (session) this.channel?.postMessage({ session, keep });
  }

  tellCleared(session: Session): void {
    this.channel?.postMessage({ cleared: session.token });
  }

  close(): void {
    this.channel?.close();
    this.channel = null;
  }

  private hear(call: Call): void {
    const token = this.current().session?.token;
    if ("ask" in call) this.share();
    else if ("session" in call) {
      this.answer?.(call);
      if (token && call.session?.token === token) this.whenKept(call.keep);
    } else if (call.cleared === token) this.whenCleared();
  }
}
