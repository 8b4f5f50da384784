// What the parent has written and the server has not yet taken. One at a time, in order, with the
// same id at every try, so that a lost answer doubles nothing.

import { type Api, Refused } from "./transport/api.ts";
import type { Unsent } from "./store.ts";
import type { Accepted } from "./types.ts";

export type UnsentState = "sending" | "waiting" | "slowed" | "refused";

export interface Waiting extends Unsent {
  state: UnsentState;
  problem: string;
}

export interface OutgoingListener {
  /** There is a session to send with, made now if need be. */
  session(): Promise<void>;
  accepted(message: Unsent, answer: Accepted): void;
  changed(): void;
  ended(problem: string): void;
}

const BACKOFF_MS = [1_000, 2_000, 4_000, 8_000, 15_000];

export class Outgoing {
  waiting: Waiting[];
  private busy = false;
  private failures = 0;
  private timer = 0;

  constructor(
    private readonly api: Api,
    private readonly listener: OutgoingListener,
    unsent: Unsent[],
  ) {
    this.waiting = unsent.map((message) => ({ ...message, state: "waiting", problem: "" }));
  }

  add(text: string, choice: Unsent["choice"]): void {
    this.waiting.push({ client_id: uuid(), text, choice, state: "sending", problem: "" });
    this.listener.changed();
    void this.flush();
  }

  /** Take a message back, to change or to drop it. */
  remove(clientId: string): void {
    this.waiting = this.waiting.filter((message) => message.client_id !== clientId);
    this.listener.changed();
    void this.flush();
  }

  clear(): void {
    clearTimeout(this.timer);
    this.waiting = [];
    this.failures = 0;
  }

  /** Try now: the parent asked for it, or the signal is back. */
  retry(): void {
    clearTimeout(this.timer);
    void this.flush();
  }

  private async flush(): Promise<void> {
    if (this.busy) return;
    this.busy = true;
    try {
      for (;;) {
        const next = this.waiting.find((message) => message.state !== "refused");
        if (!next || !(await this.deliver(next))) return;
      }
    } finally {
      this.busy = false;
    }
  }

  /** Returns whether to go on with the next one. */
  private async deliver(message: Waiting): Promise<boolean> {
    this.mark(message, "sending");
    try {
      await this.listener.session();
      const { client_id, text, choice } = message;
      const answer = await this.api.send(choice ? { client_id, choice } : { client_id, text });
      this.failures = 0;
      if (this.waiting.includes(message)) {
        this.waiting = this.waiting.filter((other) => other !== message);
        this.listener.accepted(message, answer);
      }
      return true;
    } catch (error) {
      return this.failed(message, error);
    }
  }

  private failed(message: Waiting, error: unknown): boolean {
    if (error instanceof Refused && error.endsSession) {
      this.mark(message, "waiting");
      this.listener.ended(error.problem);
      return false;
    }
    if (error instanceof Refused && !error.isPassing) {
      this.mark(message, "refused", error.problem);
      return true;
    }
    const slowed = error instanceof Refused && error.status === 429;
    this.mark(message, slowed ? "slowed" : "waiting");
    const asked = error instanceof Refused ? (error.retryAfterS ?? 0) * 1000 : 0;
    const step = BACKOFF_MS[Math.min(this.failures, BACKOFF_MS.length - 1)] as number;
    this.failures += 1;
    clearTimeout(this.timer);
    this.timer = window.setTimeout(() => void this.flush(), Math.max(asked, step));
    return false;
  }

  private mark(message: Waiting, state: UnsentState, problem = ""): void {
    message.state = state;
    message.problem = problem;
    this.listener.changed();
  }
}

/** A version 4 UUID; `crypto.randomUUID` is newer than some phones. */
export function uuid(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = ((bytes[6] as number) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] as number) & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}
