// Tabs of one site share the conversation without storing it: a new tab asks, an old one answers.

import type { Session } from "./types.ts";

type Call = { ask: true } | { session: Session } | { cleared: string };

const WAIT_MS = 150;

export class Tabs {
  private readonly channel: BroadcastChannel | null;
  private answer: ((session: Session | null) => void) | null = null;

  constructor(
    base: string,
    private readonly current: () => Session | null,
    private readonly whenCleared: () => void,
  ) {
    this.channel = "BroadcastChannel" in window ? new BroadcastChannel("ehc-chat " + base) : null;
    this.channel?.addEventListener("message", (event: MessageEvent<Call>) => this.hear(event.data));
  }

  /** The session of another tab, if one has any. */
  ask(): Promise<Session | null> {
    if (!this.channel) return Promise.resolve(null);
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.answer?.(null), WAIT_MS);
      this.answer = (session) => {
        clearTimeout(timer);
        this.answer = null;
        resolve(session);
      };
      this.channel?.postMessage({ ask: true });
    });
  }

  tellCleared(session: Session): void {
    this.channel?.postMessage({ cleared: session.token });
  }

  close(): void {
    this.channel?.close();
  }

  private hear(call: Call): void {
    const session = this.current();
    if ("ask" in call && session) this.channel?.postMessage({ session });
    if ("session" in call) this.answer?.(call.session);
    if ("cleared" in call && call.cleared === session?.token) this.whenCleared();
  }
}
