// Keeps the log coming: by stream, by long poll where streams do not get through, again after every
// loss, always from the same cursor. Duplicates are the listener's to drop, by message id.

import type { ChatState, LogMessage, Page } from "../types.ts";
import { type Api, Away, Refused } from "./api.ts";
import { EventParser } from "./sse.ts";

export type LinkState = "connecting" | "live" | "offline" | "away";

export interface LinkListener {
  cursor(): number;
  page(page: Page): void;
  linkState(state: LinkState): void;
  /** The server will not have this session again. */
  ended(problem: string): void;
}

const FIRST_BYTE_MS = 8_000;
const SILENCE_MS = 50_000; // the server says something every 20 s
const POLL_WAIT_S = 25;
const STREAM_AGAIN_MS = 5 * 60_000;
const BACKOFF_MS = [500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000];
const HIDDEN_MS = 5 * 60_000;
const HIDDEN_POLL_MS = 60_000;
const DOUBTFUL_MS = 25_000; // silent for longer than the server ever is: perhaps a dead connection
const SHORT_STREAM_MS = 1_000;

export class Link {
  private stopper: AbortController | null = null;
  private wakeUp: (() => void) | null = null;
  private failures = 0;
  private streamFailures = 0;
  private noStreamUntil = 0;
  private hideTimer = 0;
  /** Nobody has looked for long: the stream is closed, and one question a minute is asked. */
  private isResting = false;
  private attempt: AbortController | null = null;
  private heardAt = 0;

  constructor(
    private readonly api: Api,
    private readonly listener: LinkListener,
  ) {}

  get isRunning(): boolean {
    return this.stopper !== null;
  }

  start(): void {
    if (this.stopper) return;
    this.stopper = new AbortController();
    this.failures = 0;
    this.heardAt = Date.now();
    for (const name of ["online", "offline"]) window.addEventListener(name, this.nudge);
    document.addEventListener("visibilitychange", this.nudge);
    this.watchHidden();
    void this.run(this.stopper.signal);
  }

  stop(): void {
    this.stopper?.abort();
    this.stopper = null;
    for (const name of ["online", "offline"]) window.removeEventListener(name, this.nudge);
    document.removeEventListener("visibilitychange", this.nudge);
    clearTimeout(this.hideTimer);
    this.wakeUp?.();
  }

  /** Try at once: the signal or the reader is back. */
  readonly nudge = (event?: Event): void => {
    if (event?.type === "visibilitychange") this.watchHidden();
    if (event?.type === "offline") this.listener.linkState("offline");
    const doubtful = !document.hidden && Date.now() - this.heardAt > DOUBTFUL_MS;
    if (event?.type === "online" || doubtful) this.attempt?.abort();
    this.wakeUp?.();
  };

  private watchHidden(): void {
    clearTimeout(this.hideTimer);
    this.isResting = false;
    if (!document.hidden) return;
    this.hideTimer = window.setTimeout(() => {
      this.isResting = true;
      this.attempt?.abort();
    }, HIDDEN_MS);
  }

  private async run(signal: AbortSignal): Promise<void> {
    this.listener.linkState("connecting");
    while (!signal.aborted) {
      try {
        await this.once(signal);
        this.failures = 0;
      } catch (error) {
        if (signal.aborted) return;
        if (error instanceof Refused && error.endsSession) {
          this.stop();
          this.listener.ended(error.problem);
          return;
        }
        await this.waitAfter(error);
      }
    }
  }

  private async once(signal: AbortSignal): Promise<void> {
    const attempt = (this.attempt = new AbortController());
    const abort = (): void => attempt.abort();
    signal.addEventListener("abort", abort);
    try {
      if (this.isResting) {
        await this.poll(attempt.signal, 0);
        await this.pause(HIDDEN_POLL_MS);
      } else if (Date.now() < this.noStreamUntil) {
        // After a failure a short question tells soon that the server is there again.
        await this.poll(attempt.signal, this.failures ? 0 : POLL_WAIT_S);
      } else {
        await this.follow(attempt);
      }
    } finally {
      signal.removeEventListener("abort", abort);
    }
  }

  private async poll(signal: AbortSignal, waitS: number): Promise<void> {
    const page = await this.api.page(this.listener.cursor(), waitS, signal);
    this.heardAt = Date.now();
    this.listener.linkState("live");
    this.listener.page(page);
  }

  private async follow(attempt: AbortController): Promise<void> {
    const abort = (): void => attempt.abort();
    const startedAt = Date.now();
    let isHeldBack = false;
    let watchdog = setTimeout(() => {
      isHeldBack = true;
      abort();
    }, FIRST_BYTE_MS);
    let heard = false;
    try {
      const answer = await this.api.events(this.listener.cursor(), attempt.signal);
      if (!answer.body) throw new Away("no stream");
      const reader = answer.body.getReader();
      const decoder = new TextDecoder();
      const parser = new EventParser();
      for (;;) {
        const { value, done } = await reader.read();
        if (done) break;
        clearTimeout(watchdog);
        watchdog = setTimeout(abort, SILENCE_MS);
        this.heardAt = Date.now();
        if (!heard) {
          heard = true;
          this.streamFailures = this.failures = 0;
          this.listener.linkState("live");
        }
        for (const event of parser.feed(decoder.decode(value, { stream: true }))) {
          this.take(event.name, event.data);
        }
      }
      // The server closes old streams by itself; one that closes at once is no stream.
      if (Date.now() - startedAt < SHORT_STREAM_MS) throw new Away("short stream");
    } catch (error) {
      if (this.isResting && attempt.signal.aborted) return;
      if (!heard && !(error instanceof Refused && !error.isPassing)) this.noteDeafStream(isHeldBack);
      throw error;
    } finally {
      clearTimeout(watchdog);
      abort();
    }
  }

  /** Something holds streams back for certain, or the second one in a row has failed. */
  private noteDeafStream(isHeldBack: boolean): void {
    this.streamFailures += 1;
    if (isHeldBack || this.streamFailures >= 2) this.noStreamUntil = Date.now() + STREAM_AGAIN_MS;
  }

  private take(name: string, data: string): void {
    const page: Page = { messages: [], state: null, more: false };
    if (name === "message") page.messages.push(JSON.parse(data) as LogMessage);
    else if (name === "state") page.state = JSON.parse(data) as ChatState;
    else return;
    this.listener.page(page);
  }

  private async waitAfter(error: unknown): Promise<void> {
    const step = BACKOFF_MS[Math.min(this.failures, BACKOFF_MS.length - 1)] as number;
    this.failures += 1;
    this.listener.linkState(navigator.onLine ? "away" : "offline");
    const asked = error instanceof Refused ? (error.retryAfterS ?? 0) * 1000 : 0;
    await this.pause(Math.max(asked, step / 2 + (Math.random() * step) / 2));
  }

  private pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.wakeUp?.(), ms);
      this.wakeUp = () => {
        clearTimeout(timer);
        this.wakeUp = null;
        resolve();
      };
    });
  }
}
