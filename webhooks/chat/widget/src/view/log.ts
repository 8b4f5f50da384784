// The visible conversation. Nodes are added and kept, never drawn again: focus and reading place stay.

import type { UnsentState, Waiting } from "../outgoing.ts";
import type { Words } from "../texts.ts";
import type { Config, LogMessage } from "../types.ts";
import { button, h, hidden, icon, set } from "./dom.ts";
import { DOWN } from "./icons.ts";
import type { MessageDrawer } from "./message.ts";
import type { RichText } from "./rich.ts";
import { dayName, dayOf } from "./when.ts";

const NEAR_END_PX = 80;
const ABOVE_PX = 12;
const LONG_WORK_MS = 10_000;
const NOTES = {
  ended: "unsent_ended",
  sending: "sending",
  waiting: "unsent",
  slowed: "slow_down",
  refused: "refused",
} as const;

export interface LogActions {
  send(text: string): void;
  tryNow(): void;
  takeBack(message: Waiting): void;
  say(text: string): void;
  focusComposer(): void;
}

export class LogView {
  readonly root: HTMLElement;
  readonly toNew: HTMLButtonElement;
  private readonly list = h("ol", { role: "list" });
  private readonly pendingList = h("ol", { role: "list", class: "pending" });
  private readonly typing: HTMLElement;
  private readonly opening = h("div", { class: "opening" });
  private readonly items = new Map<number, HTMLElement>();
  private readonly pending = new Map<string, { item: HTMLElement; state: string }>();
  /** What was said last of an unsent message: a retry that fails alike is no news. */
  private readonly told = new Map<string, string>();
  private workTimer = 0;
  private isFollowing = true;
  /** The first message of what came last: its beginning stays in view. */
  private anchor: HTMLElement | null = null;
  private lastTop = 0;

  constructor(
    private readonly words: Words,
    private readonly drawer: MessageDrawer,
    private readonly rich: RichText,
    private readonly actions: LogActions,
  ) {
    const dots = h("span", { class: "dots", "aria-hidden": "true" }, h("i"), h("i"), h("i"));
    this.typing = h("div", { class: "typing", hidden: true }, dots, h("span"));
    this.root = h(
      "div",
      { class: "log", role: "log", "aria-live": "off", tabindex: 0 },
      this.opening,
      this.list,
      this.pendingList,
      this.typing,
    );
    const toNewName = h("span");
    this.toNew = button(
      "",
      { class: "to-new", hidden: true, onclick: () => this.toEnd() },
      icon(DOWN),
      toNewName,
    );
    this.toNew.removeAttribute("aria-label");
    words.follow(() => {
      set(this.root, { "aria-label": words.say("log") });
      toNewName.textContent = words.say("new_messages");
    });
    this.root.addEventListener("scroll", () => this.scrolled());
    if ("ResizeObserver" in window) {
      // A code that is drawn late, a keyboard that comes up: the end stays in view.
      const observer = new ResizeObserver(() => this.isFollowing && this.toEnd());
      for (const part of [this.root, this.opening, this.list, this.pendingList]) {
        observer.observe(part);
      }
    }
    this.drawOpening(null);
  }

  /** First contact: who this is, what happens to the words, where to begin. */
  drawOpening(config: Config | null): void {
    const privacy = config?.privacy_url;
    const link = { href: privacy, target: "_blank", rel: "noopener noreferrer" };
    const parts: (Node | false)[] = [
      !!config?.notice && h("p", { class: "notice" }, config.notice),
      this.drawer.author(this.words.say("assistant")),
      h(
        "div",
        { class: "bubble", id: "greeting", dir: "auto", lang: this.words.langOf("greeting") },
        ...this.rich.blocks(this.words.say("greeting"), true),
        h(
          "p",
          { dir: "auto", lang: this.words.langOf("greeting_privacy") ?? this.words.lang },
          this.words.say("greeting_privacy"),
          " ",
          !!privacy &&
            h(
              "a",
              link,
              this.words.say("privacy"),
              hidden(` (${this.words.say("new_tab")})`),
            ),
        ),
      ),
    ];
    const starters = config?.starters ?? [];
    if (starters.length) {
      parts.push(h("p", { class: "starters-hint" }, this.words.say("starters")));
      const buttons = starters.map((title) =>
        this.drawer.choiceButton(title, () => this.actions.send(title)),
      );
      parts.push(this.drawer.group(this.words.langOf("starters_list"), ...buttons));
    }
    this.opening.replaceChildren(...parts.filter((part): part is Node => part !== false));
    this.retireOld();
  }

  /** Bring the list up to date with the log; scroll only a reader who is at the end. */
  update(messages: LogMessage[]): void {
    let newest: LogMessage | null = null;
    let firstAnswer: HTMLElement | null = null;
    let isBehindQuestion = false;
    let next: Node | null = null;
    for (const message of [...messages].reverse()) {
      const isOwn = message.author === "parent";
      let item = this.items.get(message.id);
      if (!item) {
        item = this.drawer.draw(message);
        this.items.set(message.id, item);
        this.list.insertBefore(item, next);
        newest ??= message;
        // Of a whole history the last answers count, not its beginning.
        if (!isBehindQuestion && (!isOwn || newest === message)) firstAnswer = item;
      }
      isBehindQuestion ||= isOwn;
      next = item;
    }
    this.markDaysAndGroups(messages);
    this.retireOld(messages);
    if (!newest) return;
    this.anchor = firstAnswer;
    if (this.isFollowing || newest.author === "parent") this.toEnd();
    else this.toNew.hidden = false;
  }

  /** Draw again in other words, but for what the parent is at. */
  redraw(messages: LogMessage[]): void {
    const { activeElement } = this.root.getRootNode() as ShadowRoot;
    for (const message of messages) {
      const item = this.items.get(message.id);
      if (!item || item.contains(activeElement)) continue;
      const drawn = this.drawer.draw(message);
      item.replaceWith(drawn);
      this.items.set(message.id, drawn);
      if (this.anchor === item) this.anchor = drawn;
    }
    for (const [id, { item }] of this.pending) {
      if (item.contains(activeElement)) continue;
      item.remove();
      this.pending.delete(id);
    }
    this.markDaysAndGroups(messages);
    this.retireOld(messages);
  }

  /** Show what has not been taken yet; after the end of the chat it waits for a new one. */
  showPending(waiting: Waiting[], hasEnded: boolean): void {
    const known = new Set(waiting.map((message) => message.client_id));
    for (const [id, { item }] of this.pending) {
      if (known.has(id)) continue;
      if (item.contains((item.getRootNode() as ShadowRoot).activeElement)) {
        this.actions.focusComposer(); // what had the focus goes away
      }
      item.remove();
      this.pending.delete(id);
      this.told.delete(id);
    }
    const news = new Set<string>();
    for (const message of waiting) {
      const shown = this.pending.get(message.client_id);
      const state = hasEnded && message.state === "waiting" ? "ended" : message.state;
      if (shown?.state === state) continue;
      const item = this.drawPending(message, state);
      if (shown) shown.item.replaceWith(item);
      else this.pendingList.append(item);
      this.pending.set(message.client_id, { item, state });
      this.anchor = null;
      if (!shown || this.isFollowing) this.toEnd();
      if (state === "sending" || this.told.get(message.client_id) === state) continue;
      this.told.set(message.client_id, state);
      news.add(this.words.say(NOTES[state]));
    }
    news.forEach((told) => this.actions.say(told));
    this.retireOld();
  }

  showWorking(working: boolean): void {
    if (working === !this.typing.hidden) return;
    clearTimeout(this.workTimer);
    this.typing.hidden = !working;
    this.typing.classList.remove("long");
    (this.typing.lastChild as HTMLElement).textContent = this.words.say("typing");
    if (working) this.workTimer = window.setTimeout(() => this.sayItTakesLong(), LONG_WORK_MS);
    if (this.isFollowing) this.toEnd();
  }

  clear(config: Config | null): void {
    this.items.clear();
    this.pending.clear();
    this.told.clear();
    this.anchor = null;
    this.list.replaceChildren();
    this.pendingList.replaceChildren();
    this.showWorking(false);
    this.toNew.hidden = true;
    this.drawOpening(config);
  }

  toEnd(): void {
    this.toNew.hidden = true;
    this.isFollowing = true;
    const anchor = this.pending.size ? null : this.anchor; // what did not go is to be seen
    const isEmpty = !this.items.size && !this.pending.size;
    const end = isEmpty ? 0 : this.root.scrollHeight;
    this.root.scrollTop = anchor ? Math.min(end, anchor.offsetTop - ABOVE_PX) : end;
  }

  /** A reader who scrolls up is left in peace; one who comes back to the end follows again. */
  private scrolled(): void {
    const { scrollHeight, scrollTop, clientHeight } = this.root;
    const isNearEnd = scrollHeight - scrollTop - clientHeight < NEAR_END_PX;
    if (isNearEnd) this.toNew.hidden = this.isFollowing = true;
    else if (scrollTop < this.lastTop - 1) this.isFollowing = false;
    this.lastTop = scrollTop;
  }

  private sayItTakesLong(): void {
    this.typing.classList.add("long");
    (this.typing.lastChild as HTMLElement).textContent = this.words.say("working_long");
    this.actions.say(this.words.say("working_long"));
    this.toEnd();
  }

  private drawPending(message: Waiting, state: UnsentState | "ended"): HTMLElement {
    const { text } = message;
    const again = button(this.words.say("try_now"), { class: "link", onclick: this.actions.tryNow });
    const change = (): void => this.actions.takeBack(message);
    const edit = button(this.words.say("refused_edit"), { class: "link", onclick: change });
    return h(
      "li",
      { class: `msg from-parent is-${state}` },
      this.drawer.author(this.words.say("you")),
      h("div", { class: "bubble", dir: "auto" }, ...this.rich.blocks(text, false)),
      h(
        "div",
        { class: "meta" },
        this.words.say(NOTES[state]) + " ",
        state === "waiting" && again,
        state === "refused" && edit,
      ),
    );
  }

  private markDaysAndGroups(messages: LogMessage[]): void {
    let day = dayOf(new Date());
    let author = "";
    for (const message of messages) {
      const item = this.items.get(message.id) as HTMLElement;
      const isNewDay = dayOf(new Date(message.at)) !== day;
      day = dayOf(new Date(message.at));
      const label = isNewDay
        ? dayName(message.at, this.words.locale, this.words.say("today"), this.words.say("yesterday"))
        : null;
      item.querySelector(".day")?.remove();
      if (label) item.prepend(h("div", { class: "day" }, label));
      const name = this.drawer.authorOf(message);
      item.classList.toggle("continued", name === author && !isNewDay);
      author = name;
    }
  }

  /** Only what was offered last can be pressed; what was pressed is marked. */
  private retireOld(messages: LogMessage[] | null = null): void {
    const items = [...this.list.children] as HTMLElement[];
    const isPending = this.pending.size > 0;
    const lastOwn = items.map((item) => item.classList.contains("from-parent")).lastIndexOf(true);
    if (isPending || lastOwn >= 0) this.drawer.retire(this.opening, this.firstOwnText(messages));
    items.forEach((item, index) => {
      if (index > lastOwn && !isPending) return;
      const answer = items.slice(index + 1).find((later) => later.matches(".from-parent"));
      this.drawer.retire(item, bubbleText(answer) ?? (isPending ? this.pendingText() : null));
    });
  }

  private firstOwnText(messages: LogMessage[] | null): string | null {
    const first = messages?.find((message) => message.author === "parent");
    return first?.text ?? bubbleText(this.list.querySelector(".from-parent")) ?? this.pendingText();
  }

  private pendingText(): string | null {
    return bubbleText(this.pendingList.firstElementChild);
  }
}

function bubbleText(item: Element | null | undefined): string | null {
  return item?.querySelector(".bubble")?.textContent ?? null;
}
