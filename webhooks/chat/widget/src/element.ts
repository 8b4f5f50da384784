// <ehc-chat>: the launcher and the panel in a shadow root, and what connects them to the chat.

import { Chat } from "./chat.ts";
import { readSettings, type Settings } from "./settings.ts";
import style from "./style.css";
import { Words } from "./texts.ts";
import type { LogMessage } from "./types.ts";
import { visible } from "./visible.ts";
import { Announcer } from "./view/announcer.ts";
import { Composer } from "./view/composer.ts";
import { button, type Child, h, icon, set } from "./view/dom.ts";
import { copyText } from "./view/extras.ts";
import { CHAT } from "./view/icons.ts";
import { LogView } from "./view/log.ts";
import { languageOf, MessageDrawer } from "./view/message.ts";
import { Panel } from "./view/panel.ts";
import { RichText } from "./view/rich.ts";
import { Sheets } from "./view/sheets.ts";
import { printText, saveText, transcript } from "./view/transcript.ts";

export const script = document.currentScript as HTMLScriptElement | null;

const DRAFT_MS = 500;

export class EhcChat extends HTMLElement {
  private shadow: ShadowRoot | null = null;
  private settings!: Settings;
  private words!: Words;
  private chat!: Chat;
  private rich!: RichText;
  private drawer!: MessageDrawer;
  private panel!: Panel;
  private log!: LogView;
  private composer!: Composer;
  private sheets!: Sheets;
  private readonly announcer = new Announcer();
  private launcher!: HTMLButtonElement;
  private badge!: HTMLElement;
  private pageTitle: string | null = null;
  private draftTimer = 0;
  private phone: string | null = null;
  /** What gets the focus back. */
  private opener: HTMLElement | null = null;

  connectedCallback(): void {
    const isMoved = this.shadow !== null;
    if (!isMoved) this.make();
    document.addEventListener("keydown", this.onKey);
    document.addEventListener("click", this.onPageClick);
    document.addEventListener("visibilitychange", this.onVisible);
    this.chat.resume();
    if (isMoved) {
      this.panel.refit();
    } else if (this.chat.store.now.session && this.chat.store.now.open && !this.panel.isModal) {
      this.openPanel(false, null); // as it was before the page changed; the page keeps the focus
    }
  }

  private make(): void {
    this.settings = readSettings(script, this);
    this.words = new Words(this.settings.texts, this.settings.lang);
    this.shadow = this.attachShadow({ mode: "open" });
    this.chat = new Chat(this.settings, {
      messages: (fresh) => void this.showMessages(fresh),
      history: (count) => this.say(this.many("earlier", count)),
      pending: () => this.showPending(),
      linkState: (state) => this.panel.showLink(state),
      state: () => this.showState(),
      config: () => this.useConfig(),
      ended: (problem) => {
        if (problem !== null) this.panel.showEnded(problem);
        this.showPending();
      },
      cleared: () => this.showCleared(),
    });
    this.build();
    this.panel.describe(true);
    this.useWords();
  }

  disconnectedCallback(): void {
    document.removeEventListener("keydown", this.onKey);
    document.removeEventListener("click", this.onPageClick);
    document.removeEventListener("visibilitychange", this.onVisible);
    this.chat.close();
  }

  /** For the page's own buttons. */
  open(): void {
    const at = document.activeElement;
    this.openPanel(true, at instanceof HTMLElement && at !== document.body && at !== this ? at : null);
  }

  close(): void {
    this.closePanel(true);
  }

  private build(): void {
    const { words, settings } = this;
    const say = (text: string): void => this.say(text);
    this.rich = new RichText(words, (placeholder) => this.chat.secret(placeholder));
    const send = (text: string): void => this.chat.send(text);
    this.drawer = new MessageDrawer(words, this.rich, {
      choose: (message, id) => this.chat.choose(message, id),
      secret: (placeholder) => this.chat.secret(placeholder),
      send,
      say,
    });
    this.composer = new Composer(words, send, (text) => this.keepDraft(text), say);
    this.log = new LogView(words, this.drawer, this.rich, {
      send,
      say,
      tryNow: () => this.chat.nudge(),
      takeBack: (message) => {
        this.composer.fill(message.text);
        this.composer.focus();
        this.chat.outgoing.remove(message.client_id);
      },
      focusComposer: () => this.composer.focus(),
    });
    this.sheets = this.buildSheets();
    this.panel = new Panel(
      words,
      {
        sheet: this.sheets.root,
        log: this.log.root,
        toNew: this.log.toNew,
        composer: this.composer.root,
        announcer: this.announcer.inside,
      },
      {
        close: () => this.closePanel(true),
        back: () => this.back(true),
        sheet: (name, opener) =>
          this.sheets.current === name ? this.sheets.close() : this.sheets.open(name, opener),
        startNew: () => {
          this.composer.focus();
          this.chat.startNew();
        },
        say,
      },
    );
    this.badge = h("span", { class: "badge", hidden: true, "aria-hidden": "true" });
    const name = h("span");
    this.launcher = button(
      "",
      { class: "launcher", "aria-haspopup": "dialog", onclick: () => this.openPanel(true, null) },
      icon(CHAT),
      name,
      this.badge,
    );
    const root = h(
      "div",
      { class: `root side-${settings.side}` },
      this.launcher,
      this.panel.root,
      this.announcer.outside,
    );
    words.follow(() => {
      set(root, { lang: words.lang, dir: words.dir });
      name.textContent = words.say("launcher");
      this.nameLauncher();
    });
    this.applySizes(root);
    this.dress(root);
  }

  private buildSheets(): Sheets {
    return new Sheets(
      this.words,
      {
        askForPerson: () => {
          this.composer.focus();
          this.chat.send(this.words.say("person_message"));
        },
        setSize: (size) => this.changeLook({ size }),
        setWide: (wide) => this.changeLook({ wide }),
        setKeep: (keep) => this.chat.setKeep(keep),
        copy: () => copyText(this.transcript()),
        save: () => saveText(this.transcript(), "chat.txt"),
        print: () => printText(this.transcript(), this.words.lang, this.words.dir),
        endAndClear: () => {
          this.composer.focus();
          void this.chat.endAndClear();
        },
        say: (text) => this.say(text),
        closed: () => undefined,
        offerPhone: () => this.chat.offerPhone(),
        leavePhone: () => this.chat.leavePhone(),
      },
      () => ({
        config: this.chat.config,
        hasMessages: this.chat.messages.length + this.chat.outgoing.waiting.length > 0,
        isModal: this.panel.isModal,
        phone: this.chat.state.phone,
        ...this.chat.store.now,
      }),
    );
  }

  /** Constructable style sheets pass a strict policy; older browsers take the file instead. */
  private dress(root: HTMLElement): void {
    const shadow = this.shadow as ShadowRoot;
    if ("adoptedStyleSheets" in shadow && "replaceSync" in CSSStyleSheet.prototype) {
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(style);
      shadow.adoptedStyleSheets = [sheet];
    } else {
      const href = this.settings.base + "/ehc-chat.css";
      shadow.append(h("link", { rel: "stylesheet", href }));
    }
    shadow.append(root);
  }

  private openPanel(byHand: boolean, opener: HTMLElement | null): void {
    this.opener = opener;
    if (!this.panel.isOpen) {
      this.panel.open();
      this.launcher.hidden = true;
      this.chat.store.change({ open: true });
      this.composer.fill(this.chat.store.now.draft);
      this.log.toEnd();
      void this.chat.open();
    }
    this.showSeen();
    if (byHand) this.composer.focus();
  }

  private closePanel(returnFocus: boolean): void {
    if (!this.launcher.hidden) return;
    this.sheets.close(false);
    this.panel.close();
    this.launcher.hidden = false;
    this.chat.store.change({ open: false });
    if (returnFocus) (this.opener?.isConnected ? this.opener : this.launcher).focus();
  }

  /** Close what was opened last. */
  private back(returnFocus: boolean): void {
    if (this.sheets.current && returnFocus) this.sheets.close();
    else this.closePanel(returnFocus);
  }

  private readonly onKey = (event: KeyboardEvent): void => {
    if (event.key !== "Escape" || event.defaultPrevented || !this.panel.isOpen) return;
    if (event.isComposing || event.keyCode === 229) return; // it takes back letters, not the chat
    event.preventDefault();
    this.back(document.activeElement === this || this.panel.isModal);
  };

  private readonly onPageClick = (event: Event): void => {
    const at = event.target;
    const link = at instanceof Element && at.closest<HTMLElement>('[href="#ehc-chat"]');
    if (!link) return;
    event.preventDefault();
    this.openPanel(true, link);
  };

  private readonly onVisible = (): void => {
    if (!document.hidden) this.showSeen();
  };

  private async showMessages(fresh: LogMessage[]): Promise<void> {
    this.log.update(this.chat.messages);
    this.panel.describe(false);
    this.showWorking();
    this.showSeen();
    const spoken = await Promise.all(fresh.map((message) => this.spoken(message)));
    for (const parts of spoken) this.say(...parts);
  }

  /** What is told of a message: its own words in its own language, the rest in that of the chat. */
  private async spoken(message: LogMessage): Promise<Child[]> {
    const { words } = this;
    const { qr, input } = message.extras;
    const lang = languageOf(message);
    const titles = message.choices.map((choice) => choice.title).join(", ");
    const [before, after] = words.say("choices_spoken", { titles: "\n" }).split("\n");
    return [
      `${this.drawer.authorOf(message)}: `,
      h("span", { lang }, await this.rich.spoken(message.text)),
      !!qr && " " + words.say("qr"),
      input === "code" && " " + words.say("code_entry_spoken"),
      ...(titles ? [` ${before}`, h("span", { lang }, titles), after ?? ""] : []),
    ];
  }

  private showState(): void {
    const { phone } = this.chat.state;
    const isNews = phone !== this.phone;
    this.phone = phone;
    this.panel.showState(this.chat.state);
    this.showWorking();
    if (isNews && this.sheets.current === "sms") this.sheets.refresh();
  }

  private showWorking(): void {
    const isOwnLast = this.chat.messages[this.chat.messages.length - 1]?.author === "parent";
    this.log.showWorking(this.chat.state.working && isOwnLast);
  }

  private showSeen(): void {
    if (this.panel.isOpen && !document.hidden) this.chat.markSeen();
    const count = this.chat.unread;
    this.badge.hidden = count === 0;
    this.badge.textContent = String(count);
    this.nameLauncher();
    this.showTitle(document.hidden ? count : 0);
  }

  private nameLauncher(): void {
    const count = this.chat.unread;
    const news = count ? ", " + this.many("launcher_unread", count) : "";
    this.launcher.setAttribute("aria-label", this.words.say("launcher") + news);
  }

  private showTitle(count: number): void {
    if (this.pageTitle !== null) document.title = this.pageTitle;
    this.pageTitle = count ? document.title : null;
    if (count) document.title = `(${count}) ${document.title}`;
  }

  private useConfig(): void {
    const { config } = this.chat;
    if (!config) return;
    const { texts, lang, english } = config;
    this.chat.store.change({ words: { texts, lang, english } });
    this.useWords();
    this.composer.setLimit(config.message_max_chars);
    this.log.drawOpening(config);
    this.sheets.refresh();
  }

  /** The council's words, as the server has told them now or to the page before. */
  private useWords(): void {
    const { words } = this.chat.store.now;
    if (!words || !this.words.use(words.texts, words.lang, words.english)) return;
    this.log.redraw(this.chat.messages);
    this.showPending();
  }

  private showPending(): void {
    this.log.showPending(this.chat.outgoing.waiting, this.chat.endedBy !== null);
  }

  private showCleared(): void {
    clearTimeout(this.draftTimer);
    this.panel.clear();
    this.panel.describe(true);
    this.log.clear(this.chat.config);
    this.showSeen();
  }

  private changeLook(part: { size?: number; wide?: boolean }): void {
    this.chat.store.change(part);
    this.applySizes(this.panel.root.parentElement as HTMLElement);
  }

  private applySizes(root: HTMLElement): void {
    const { size, wide } = this.chat.store.now;
    root.classList.toggle("size-2", size === 2);
    root.classList.toggle("size-3", size === 3);
    root.classList.toggle("wide", wide);
  }

  private keepDraft(draft: string): void {
    clearTimeout(this.draftTimer);
    this.draftTimer = window.setTimeout(() => this.chat.store.change({ draft }), DRAFT_MS);
  }

  private transcript(): string {
    return transcript(
      this.words.say("transcript", { title: this.words.say("title") }),
      this.chat.messages,
      (message) => this.drawer.authorOf(message),
      (text) => this.rich.plain(text),
      this.words.locale,
    );
  }

  private many(name: "earlier" | "launcher_unread", count: number): string {
    return this.words.say(`${name}_${count === 1 ? "one" : "many"}`, { count });
  }

  /** Once somebody is there to hear it. */
  private say(...parts: Child[]): void {
    void visible().then(() => this.announcer.say(this.panel.isOpen, ...parts));
  }
}
