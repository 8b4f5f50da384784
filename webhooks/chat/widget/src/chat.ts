// The conversation as this tab knows it. No DOM here: the view listens and draws.

import { Outgoing, uuid } from "./outgoing.ts";
import type { Settings } from "./settings.ts";
import { Store, type Unsent } from "./store.ts";
import { Tabs } from "./tabs.ts";
import { Api, Refused } from "./transport/api.ts";
import { Link, type LinkState } from "./transport/link.ts";
import type { Accepted, ChatState, Config, LogMessage, Page, Secret } from "./types.ts";
import { visible } from "./visible.ts";

export interface ChatListener {
  /** Messages were added or changed; `fresh` ones came after the history was shown. */
  messages(fresh: LogMessage[]): void;
  /** So many messages from before are on the screen. */
  history(count: number): void;
  pending(): void;
  linkState(state: LinkState): void;
  state(): void;
  config(): void;
  ended(problem: string | null): void;
  cleared(): void;
}

export const NOBODY: ChatState = { speaker: "assistant", name: null, working: false, phone: null };

const CONFIG_FRESH_MS = 5 * 60_000; // it says whether people are there now
const CONFIG_AGAIN_MS = [5_000, 15_000, 60_000];
const SECRET_AGAIN_MS = [1_000, 2_000, 4_000, 8_000, 15_000, 30_000];
const REFERENCE = /^__vault_([0-9a-f]{32})__$/;

export class Chat {
  readonly store = new Store();
  readonly outgoing: Outgoing;
  config: Config | null = null;
  state: ChatState = NOBODY;
  /** Why the session is over; null while it is not. */
  endedBy: string | null = null;
  /** The last message that the server gave us in order; our own come out of order. */
  private cursor = 0;
  /** Messages up to this id were there before: shown, not announced. */
  private historyUpTo = Infinity;
  private readonly api: Api;
  private readonly link: Link;
  private readonly tabs: Tabs;
  private readonly log = new Map<number, LogMessage>();
  private readonly secrets = new Map<string, Promise<Secret | null>>();
  private readonly claim = uuid();
  private opening: Promise<void> | null = null;
  private configLoading = false;
  private configUntil = 0;
  private configFailures = 0;

  constructor(
    private readonly settings: Settings,
    private readonly listener: ChatListener,
  ) {
    this.api = new Api(settings.base);
    this.link = new Link(this.api, {
      cursor: () => this.cursor,
      page: (page) => this.take(page),
      linkState: (state) => {
        if (state === "live") this.outgoing.retry();
        listener.linkState(state);
      },
      ended: (problem) => this.end(problem),
    });
    this.outgoing = new Outgoing(
      this.api,
      {
        session: () => this.ensureSession(),
        accepted: (message, answer) => this.accepted(message, answer),
        changed: () => this.keepUnsent(),
        ended: (problem) => this.end(problem),
      },
      this.store.now.unsent,
    );
    this.tabs = new Tabs(
      settings.base,
      () => this.store.now,
      (keep) => this.store.change({ keep }),
      () => this.forget(),
    );
  }

  /** In the order of the log. */
  get messages(): LogMessage[] {
    return [...this.log.values()].sort((a, b) => a.id - b.id);
  }

  get unread(): number {
    const { seen } = this.store.now;
    return this.messages.filter((m) => m.id > seen && m.author !== "parent").length;
  }

  /** A conversation from before is picked up again; otherwise nothing is asked of the server. */
  resume(): void {
    this.tabs.open();
    if (!this.store.now.session || this.endedBy) return;
    this.api.token = this.store.now.session.token;
    this.link.start();
    this.outgoing.retry();
  }

  /** The parent has opened the panel. */
  async open(): Promise<void> {
    void this.loadConfig();
    if (this.store.now.session || this.endedBy) return;
    const shared = await this.tabs.ask();
    if (!shared || this.store.now.session) return;
    const { session, keep } = shared;
    this.store.change({ session, keep });
    this.resume();
  }

  /** Keep the chat on the device or not, whichever tab it is seen in. */
  setKeep(keep: boolean): void {
    this.store.change({ keep });
    this.tabs.share();
  }

  send(text: string): void {
    this.outgoing.add(text, null);
  }

  choose(message: LogMessage, choiceId: string): void {
    const choice = message.choices.find((one) => one.id === choiceId);
    if (choice) this.outgoing.add(choice.title, { message: message.id, id: choice.id });
  }

  markSeen(): void {
    const last = Math.max(0, ...this.log.keys());
    if (last > this.store.now.seen) this.store.change({ seen: last });
  }

  nudge(): void {
    this.link.nudge();
    this.outgoing.retry();
  }

  /** Fetch what a `__vault_…__` stands for: once, and null when it is there no longer. */
  secret(placeholder: string): Promise<Secret | null> {
    const reference = REFERENCE.exec(placeholder)?.[1];
    if (!reference) return Promise.resolve(null);
    let found = this.secrets.get(reference);
    if (!found) {
      found = this.fetchSecret(reference);
      this.secrets.set(reference, found);
    }
    return found;
  }

  private async fetchSecret(reference: string): Promise<Secret | null> {
    await visible(); // the first page to ask gets it: be sure that somebody sees it
    for (let tries = 0; this.store.now.session; tries++) {
      try {
        const { value, qr } = await this.api.secret(reference, this.claim);
        return value === null ? null : { value, qr };
      } catch (error) {
        if (error instanceof Refused && !error.isPassing) return null;
        const pauseMs = SECRET_AGAIN_MS[Math.min(tries, SECRET_AGAIN_MS.length - 1)];
        await new Promise((resolve) => setTimeout(resolve, pauseMs));
      }
    }
    return null;
  }

  /** The words that let a phone join; null where there is no conversation or no signal. */
  async offerPhone(): Promise<string | null> {
    if (!this.store.now.session || this.endedBy) return null;
    return this.api.offerPhone().then(
      (offer) => offer.words,
      () => null,
    );
  }

  /** Go on here alone; tells whether the server has heard it. */
  async leavePhone(): Promise<boolean> {
    return this.api.leavePhone().then(
      () => true,
      () => false,
    );
  }

  /** End here and on the server, and forget everything on this device. */
  async endAndClear(): Promise<void> {
    const { session } = this.store.now;
    if (session && !this.endedBy) {
      // The server forgets an ended session by itself after 24 hours if this does not reach it.
      this.api.endSession().catch(() => undefined);
      this.tabs.tellCleared(session);
    }
    this.forget();
  }

  /** After an end: the same words go into a new conversation. */
  startNew(): void {
    const unsent = this.outgoing.waiting;
    this.forget();
    for (const message of unsent) this.outgoing.add(message.text, null);
  }

  close(): void {
    this.link.stop();
    this.tabs.close();
  }

  private forget(): void {
    this.link.stop();
    this.outgoing.clear();
    this.log.clear();
    this.secrets.clear();
    this.api.token = null;
    this.opening = null;
    this.endedBy = null;
    this.cursor = 0;
    this.historyUpTo = Infinity;
    this.state = NOBODY;
    this.store.clear();
    this.listener.cleared();
  }

  private ensureSession(): Promise<void> {
    if (this.store.now.session) return Promise.resolve();
    this.opening ??= this.api
      .openSession()
      .then((session) => {
        this.store.change({ session });
        this.api.token = session.token;
        this.historyUpTo = 0;
        this.link.start();
      })
      .finally(() => (this.opening = null));
    return this.opening;
  }

  private accepted(message: Unsent, answer: Accepted): void {
    this.keepUnsent();
    this.state = { ...this.state, working: this.state.speaker === "assistant" };
    this.add([
      {
        id: answer.id,
        at: answer.at,
        author: "parent",
        name: null,
        text: answer.text,
        choices: [],
        extras: {},
        client_id: message.client_id,
      },
    ]);
    this.listener.state();
    this.link.nudge();
  }

  private take(page: Page): void {
    this.add(page.messages);
    this.cursor = Math.max(this.cursor, ...page.messages.map((message) => message.id));
    if (!page.state || page.more) return;
    if (this.historyUpTo === Infinity) {
      // The first state closes the history: all before it had happened already.
      this.historyUpTo = this.cursor;
      if (this.log.size) this.listener.history(this.log.size);
    }
    this.state = page.state;
    this.listener.state();
  }

  private add(messages: LogMessage[]): void {
    const added = messages.filter((message) => !this.log.has(message.id));
    if (!added.length) return;
    for (const message of added) {
      this.log.set(message.id, message);
      if (message.client_id) this.dropPending(message.client_id);
    }
    const border = this.historyUpTo;
    this.listener.messages(added.filter((m) => m.id > border && m.author !== "parent"));
  }

  private dropPending(clientId: string): void {
    // The log has it, whatever became of the answer to our request.
    this.outgoing.waiting = this.outgoing.waiting.filter((m) => m.client_id !== clientId);
    this.keepUnsent();
  }

  private keepUnsent(): void {
    this.store.change({
      unsent: this.outgoing.waiting.map(({ client_id, text, choice }) => ({ client_id, text, choice })),
    });
    this.listener.pending();
  }

  private end(problem: string): void {
    this.link.stop();
    this.endedBy = problem;
    this.listener.ended(problem);
  }

  private async loadConfig(): Promise<void> {
    if (this.configLoading || Date.now() < this.configUntil) return;
    this.configLoading = true;
    try {
      this.config = await this.api.config(this.settings.lang);
      this.configUntil = Date.now() + CONFIG_FRESH_MS;
      this.listener.config();
    } catch {
      const step = Math.min(this.configFailures++, CONFIG_AGAIN_MS.length - 1);
      setTimeout(() => void this.loadConfig(), CONFIG_AGAIN_MS[step]);
    } finally {
      this.configLoading = false;
    }
  }
}
