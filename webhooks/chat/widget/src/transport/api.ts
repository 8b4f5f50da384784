// The calls of docs/webchat.md. Every failure is one of two: refused (the server said no) or away.

import type { Accepted, Config, Page, PhoneOffer, SecretAnswer, Session } from "../types.ts";

/** The server answered, and the answer is no. */
export class Refused extends Error {
  constructor(
    readonly status: number,
    readonly problem: string,
    readonly retryAfterS: number | null,
  ) {
    super(problem);
  }

  /** Our own server will not have this session, or this page, again. */
  get endsSession(): boolean {
    return (this.status === 401 || this.status === 403) && !!this.problem;
  }

  /** The same request may succeed later; so may one that something else than our server refused. */
  get isPassing(): boolean {
    return this.status === 429 || this.status >= 500 || !this.problem;
  }
}

/** No answer: no signal, a time-out, something that is not our server. */
export class Away extends Error {}

const TIMEOUT_MS = 15_000;

export class Api {
  token: string | null = null;

  constructor(private readonly base: string) {}

  config(lang: string): Promise<Config> {
    return this.json<Config>("GET", "/v1/config?lang=" + encodeURIComponent(lang));
  }

  openSession(): Promise<Session> {
    return this.json<Session>("POST", "/v1/sessions", {});
  }

  endSession(): Promise<void> {
    return this.json<void>("DELETE", "/v1/sessions/current");
  }

  send(message: object): Promise<Accepted> {
    return this.json<Accepted>("POST", "/v1/messages", message);
  }

  /** Messages after the cursor; waits up to so many seconds for one. */
  page(after: number, waitS: number, signal?: AbortSignal): Promise<Page> {
    const path = `/v1/messages?after=${after}&wait=${waitS}`;
    return this.json<Page>("GET", path, undefined, TIMEOUT_MS + waitS * 1000, signal);
  }

  offerPhone(): Promise<PhoneOffer> {
    return this.json<PhoneOffer>("POST", "/v1/phone", {});
  }

  leavePhone(): Promise<void> {
    return this.json<void>("DELETE", "/v1/phone");
  }

  secret(reference: string, claim: string): Promise<SecretAnswer> {
    return this.json<SecretAnswer>("GET", `/v1/secrets/${reference}?claim=${claim}`);
  }

  /** The open event stream; the caller reads it and gives the signal to stop. */
  async events(after: number, signal: AbortSignal): Promise<Response> {
    const headers = { Accept: "text/event-stream", "Last-Event-ID": String(after) };
    return this.call("GET", "/v1/events", { headers, signal });
  }

  private async json<T>(
    method: string,
    path: string,
    body?: object,
    timeoutMs = TIMEOUT_MS,
    signal?: AbortSignal,
  ): Promise<T> {
    const stop = new AbortController();
    const abort = (): void => stop.abort();
    const timer = setTimeout(abort, timeoutMs);
    signal?.addEventListener("abort", abort);
    try {
      const init: RequestInit = { signal: stop.signal };
      if (body) init.body = JSON.stringify(body);
      const answer = await this.call(method, path, init);
      if (answer.status === 204) return undefined as T;
      return await away(answer.json() as Promise<T>);
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener("abort", abort);
    }
  }

  private async call(method: string, path: string, init: RequestInit): Promise<Response> {
    const headers = new Headers(init.headers);
    if (init.body) headers.set("Content-Type", "application/json");
    if (this.token) headers.set("Authorization", "Bearer " + this.token);
    const request: RequestInit = {
      ...init,
      method,
      headers,
      credentials: "omit",
      cache: "no-store",
      referrerPolicy: "no-referrer",
    };
    const answer = await away(fetch(this.base + path, request));
    if (answer.ok) return answer;
    const after = Number(answer.headers.get("Retry-After") ?? NaN);
    throw new Refused(answer.status, await problemOf(answer), Number.isNaN(after) ? null : after);
  }
}

async function away<T>(promise: Promise<T>): Promise<T> {
  try {
    return await promise;
  } catch (error) {
    throw new Away(String(error));
  }
}

/** The name of our own server's problem; empty where a proxy or a firewall has answered. */
async function problemOf(answer: Response): Promise<string> {
  try {
    const document = (await answer.json()) as { type?: unknown };
    return /^urn:ehc-hub:problem:(.+)/.exec(String(document.type))?.[1] ?? "";
  } catch {
    return "";
  }
}
