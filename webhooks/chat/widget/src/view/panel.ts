// The frame of the conversation: a dialog beside the page on wide screens, over it on small ones.

import { NOBODY } from "../chat.ts";
import type { LinkState } from "../transport/link.ts";
import type { Words } from "../texts.ts";
import type { ChatState } from "../types.ts";
import { button, h, icon, set } from "./dom.ts";
import { CLOSE, MORE, PERSON } from "./icons.ts";
import type { SheetName } from "./sheets.ts";

const SMALL = "(max-width: 640px), (max-height: 420px)";
const SLOW_MS = 2_000; // a short break is not worth a word
const BACK_MS = 4_000;
const LONG_MS = 30_000; // no longer a short break: say so

export interface PanelParts {
  sheet: HTMLElement;
  log: HTMLElement;
  toNew: HTMLElement;
  composer: HTMLElement;
  announcer: HTMLElement;
}

export interface PanelActions {
  close(): void;
  /** Go back one step, as Escape does. */
  back(): void;
  sheet(name: SheetName, opener: HTMLElement): void;
  startNew(): void;
  say(text: string): void;
}

export class Panel {
  readonly root: HTMLDialogElement;
  private readonly subtitle = h("p", { class: "subtitle" });
  private readonly strip = h("div", { class: "strip", hidden: true });
  private readonly small = matchMedia(SMALL);
  private stripTimer = 0;
  private wasAway = false;
  private awaySince = 0;
  private hasEnded = false;
  private state = NOBODY;

  constructor(
    private readonly words: Words,
    parts: PanelParts,
    private readonly actions: PanelActions,
  ) {
    const opener = (name: SheetName, css: string, ...children: Node[]): HTMLElement => {
      const made: HTMLButtonElement = button(
        "",
        { class: css, "aria-expanded": "false", onclick: () => actions.sheet(name, made) },
        ...children,
      );
      return made;
    };
    const title = h("h2", { id: "title" });
    const personName = h("span");
    const person = opener("person", "person", icon(PERSON), personName);
    person.removeAttribute("aria-label");
    const menu = opener("menu", "round", icon(MORE));
    const close = button("", { class: "round", onclick: actions.close }, icon(CLOSE));
    this.root = h(
      "dialog",
      {
        class: "panel",
        role: "dialog", // for browsers that do not know the element
        "aria-labelledby": "title",
        oncancel: (event) => {
          event.preventDefault();
          actions.back();
        },
        onclose: () => this.isOpen || actions.close(), // by whatever way
      },
      h(
        "div",
        { class: "head" },
        h("div", { class: "titles" }, title, this.subtitle),
        menu,
        close,
      ),
      h("div", { class: "help" }, person),
      this.strip,
      parts.sheet,
      parts.log,
      parts.toNew,
      parts.composer,
      parts.announcer,
    );
    words.follow(() => {
      title.textContent = words.say("title");
      personName.textContent = words.say("person");
      set(menu, { "aria-label": words.say("menu") });
      set(close, { "aria-label": words.say("close") });
      this.drawSubtitle();
    });
    this.small.addEventListener("change", () => this.refit());
    window.visualViewport?.addEventListener("resize", () => this.fitKeyboard());
  }

  get isOpen(): boolean {
    return this.root.hasAttribute("open");
  }

  get isModal(): boolean {
    return this.small.matches && typeof this.root.showModal === "function";
  }

  /** Show the panel; the focus is the caller's to place. */
  open(): void {
    if (this.isOpen) return;
    if (this.isModal) this.root.showModal();
    else this.root.setAttribute("open", ""); // show() would move the focus
    this.fitKeyboard();
  }

  close(): void {
    if (typeof this.root.close === "function") this.root.close();
    this.root.removeAttribute("open");
  }

  showState(state: ChatState): void {
    const before = this.state.phone;
    this.state = state;
    this.drawSubtitle();
    // A first state is news only where it tells of a phone; a later one where it tells another tale.
    if (state.phone !== before) {
      const ends = state.phone ?? "";
      this.actions.say(this.words.say(state.phone ? "phone_joined" : "phone_left", { ends }));
    }
  }

  private drawSubtitle(): void {
    const { state, words } = this;
    if (state.speaker === "waiting") this.subtitle.textContent = words.say("subtitle_waiting");
    else if (state.speaker === "person") {
      const name = state.name ?? words.say("a_person");
      this.subtitle.textContent = words.say("subtitle_person", { name });
    } else this.subtitle.textContent = words.say("subtitle");
    if (state.phone) this.subtitle.append(" · " + words.say("by_phone", { ends: state.phone }));
  }

  showLink(state: LinkState): void {
    if (this.hasEnded) return;
    clearTimeout(this.stripTimer);
    this.awaySince = state === "away" ? this.awaySince || Date.now() : 0;
    if (state === "offline") this.tell(this.words.say("offline"));
    else if (state === "live" && this.wasAway) {
      this.tell(this.words.say("back"), "good");
      this.wasAway = false;
      this.stripTimer = window.setTimeout(() => (this.strip.hidden = true), BACK_MS);
    } else if (state === "live") this.strip.hidden = true;
    else if (state === "away" && Date.now() - this.awaySince > LONG_MS) {
      this.tell(this.words.say("unavailable"));
    } else if (state === "away" && !this.wasAway) {
      this.stripTimer = window.setTimeout(() => this.tell(this.words.say("reconnecting")), SLOW_MS);
    }
  }

  showEnded(problem: string): void {
    this.hasEnded = true;
    clearTimeout(this.stripTimer);
    const notAllowed = problem === "origin-not-allowed";
    const told = this.words.say(notAllowed ? "not_allowed" : "ended");
    const again = button(this.words.say("start_new"), { class: "plain", onclick: this.actions.startNew });
    this.strip.className = "strip";
    this.strip.replaceChildren(h("p", {}, told), ...(notAllowed ? [] : [again]));
    this.strip.hidden = false;
    this.actions.say(told);
  }

  clear(): void {
    this.hasEnded = this.wasAway = false;
    this.awaySince = 0;
    clearTimeout(this.stripTimer);
    this.strip.hidden = true;
    this.state = NOBODY;
    this.drawSubtitle();
  }

  private tell(text: string, kind = ""): void {
    this.wasAway = true;
    this.strip.className = "strip " + kind;
    if (!this.strip.hidden && this.strip.textContent === text) return;
    this.strip.replaceChildren(h("p", {}, text));
    this.strip.hidden = false;
    this.actions.say(text);
  }

  /** The greeting describes a chat that has nothing else in it yet. */
  describe(isEmpty: boolean): void {
    set(this.root, { "aria-describedby": isEmpty && "greeting" });
  }

  /** The window became small or wide while the panel was open, or the page has moved the element. */
  refit(): void {
    if (!this.isOpen) return;
    const focused = (this.root.getRootNode() as ShadowRoot).activeElement;
    this.close();
    this.open();
    if (focused instanceof HTMLElement) focused.focus();
  }

  /** A phone's keyboard covers the page: stay within what is left of it. */
  private fitKeyboard(): void {
    const view = window.visualViewport;
    const isFitted = this.isModal && this.isOpen && view && view.scale < 1.1;
    this.root.style.height = isFitted ? `${view.height}px` : "";
    this.root.style.top = isFitted ? `${view.offsetTop}px` : "";
  }
}
