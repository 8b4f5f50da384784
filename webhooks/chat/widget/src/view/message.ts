// One message of the log, drawn.

import type { Words } from "../texts.ts";
import type { LogMessage } from "../types.ts";
import { button, type Child, h, hidden } from "./dom.ts";
import { codeEntry, qrCode, setupKey } from "./extras.ts";
import type { RichText, SecretFinder } from "./rich.ts";
import { clockTime } from "./when.ts";

export interface MessageActions {
  choose(message: LogMessage, choiceId: string): void;
  send(text: string): void;
  secret: SecretFinder;
  say(text: string): void;
}

export class MessageDrawer {
  constructor(
    private readonly words: Words,
    private readonly rich: RichText,
    private readonly actions: MessageActions,
  ) {}

  draw(message: LogMessage): HTMLElement {
    const own = message.author === "parent";
    return h(
      "li",
      { class: `msg from-${message.author}`, "data-id": message.id },
      this.author(this.authorOf(message)),
      h("div", { class: "bubble", dir: "auto", lang: languageOf(message) }, ...this.rich.blocks(message.text, !own)),
      ...this.extras(message),
      message.choices.length > 0 && this.choices(message),
      this.meta(message, own),
    );
  }

  authorOf(message: LogMessage): string {
    if (message.author === "parent") return this.words.say("you");
    if (message.author === "service") return this.words.say("service");
    return message.author === "person" && message.name ? message.name : this.words.say("assistant");
  }

  author(name: string): HTMLElement {
    return h("div", { class: "author" }, name);
  }

  /** Buttons that have been used, or that a later message has overtaken, stay readable. */
  retire(item: HTMLElement, chosen: string | null): void {
    for (const one of item.querySelectorAll<HTMLElement>(".choice, .code-entry button")) {
      one.setAttribute("aria-disabled", "true");
      one.tabIndex = -1;
      if (chosen !== null && one.dataset["title"] === chosen && !one.classList.contains("chosen")) {
        one.classList.add("chosen");
        one.append(hidden(` (${this.words.say("chosen")})`));
      }
    }
    for (const input of item.querySelectorAll<HTMLInputElement>(".code-entry input")) {
      input.readOnly = true;
      input.tabIndex = -1;
      input.value = "";
    }
  }

  choiceButton(title: string, choose: () => void): HTMLButtonElement {
    const made: HTMLButtonElement = button(title, {
      class: "choice",
      "data-title": title,
      onclick: () => {
        if (made.getAttribute("aria-disabled") !== "true") choose();
      },
    });
    return made;
  }

  group(lang: string | null, ...buttons: Child[]): HTMLElement {
    const label = this.words.say("choices"); // in the chat's own language, whatever theirs is
    return h("div", { role: "group", "aria-label": label }, h("div", { class: "choices", lang }, ...buttons));
  }

  private choices(message: LogMessage): HTMLElement {
    return this.group(
      languageOf(message),
      ...message.choices.map(({ id, title }) =>
        this.choiceButton(title, () => this.actions.choose(message, id)),
      ),
    );
  }

  private extras(message: LogMessage): HTMLElement[] {
    const { qr, setup_key, input } = message.extras;
    const parts: HTMLElement[] = [];
    if (qr) parts.push(qrCode(qr, this.words, this.actions));
    if (setup_key) parts.push(setupKey(setup_key, this.words, this.actions));
    if (input === "code") parts.push(codeEntry(message.id, this.words, this.actions));
    return parts;
  }

  private meta({ at, extras }: LogMessage, own: boolean): HTMLElement {
    const sent = own ? this.words.say(extras.way === "sms" ? "sent_by_text" : "sent") + " " : "";
    return h("div", { class: "meta" }, sent, h("time", { datetime: at }, clockTime(at, this.words.locale)));
  }
}

/** The assistant and the helpdesk write English unless they say otherwise; a parent's is unknown. */
export function languageOf({ author, extras }: LogMessage): string | null {
  return author === "parent" ? null : (extras.lang ?? "en");
}
