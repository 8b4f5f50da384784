// What slides over the conversation: a person, the menu, text messages, "are you sure".

import type { TextName, Words } from "../texts.ts";
import type { Config, Contact } from "../types.ts";
import { button, type Child, h, hidden } from "./dom.ts";
import { copyText } from "./extras.ts";
import { openingTime } from "./when.ts";

export interface SheetActions {
  askForPerson(): void;
  setSize(size: number): void;
  setWide(wide: boolean): void;
  setKeep(keep: boolean): void;
  copy(): Promise<boolean>;
  save(): void;
  print(): void;
  endAndClear(): void;
  say(text: string): void;
  closed(): void;
  offerPhone(): Promise<string | null>;
  leavePhone(): Promise<boolean>;
}

export interface SheetState {
  config: Config | null;
  size: number;
  wide: boolean;
  keep: boolean;
  hasMessages: boolean;
  isModal: boolean;
  phone: string | null;
}

export type SheetName = "person" | "menu" | "sms" | "end";

const TITLES: Record<SheetName, TextName> = {
  person: "person",
  menu: "menu",
  sms: "sms",
  end: "end_sure",
};

export class Sheets {
  readonly root: HTMLElement;
  current: SheetName | null = null;
  private opener: HTMLElement | null = null;

  constructor(
    private readonly words: Words,
    private readonly actions: SheetActions,
    private readonly state: () => SheetState,
  ) {
    this.root = h("section", { class: "sheet", hidden: true, "aria-labelledby": "sheet-title" });
  }

  /** Open by a press; the heading takes the focus, the opener gets it back. */
  open(name: SheetName, opener: HTMLElement | null, takeFocus = true): void {
    this.opener = opener ?? this.opener;
    this.current = name;
    const title = h("h3", { id: "sheet-title", tabindex: -1 }, this.words.say(TITLES[name]));
    const close = button(this.words.say("menu_close"), { class: "plain", onclick: () => this.close() });
    const makers = { person: this.person, menu: this.menu, sms: this.sms, end: this.end };
    this.root.replaceChildren(
      h("div", { class: "sheet-head" }, title, close),
      ...makers[name].call(this),
    );
    this.root.hidden = false;
    this.opener?.setAttribute("aria-expanded", "true");
    if (takeFocus) title.focus();
  }

  /** Draw what is open again, since what it tells of has changed; a focus elsewhere stays there. */
  refresh(): void {
    const { activeElement } = this.root.getRootNode() as ShadowRoot;
    if (this.current) this.open(this.current, null, this.root.contains(activeElement));
  }

  close(returnFocus = true): void {
    if (!this.current) return;
    this.current = null;
    this.root.hidden = true;
    this.root.replaceChildren();
    this.opener?.setAttribute("aria-expanded", "false");
    if (returnFocus) this.opener?.focus();
    this.actions.closed();
  }

  private person(): HTMLElement[] {
    const contact = this.state().config?.contact;
    const rows: Child[] = [];
    const row = (name: TextName, ...values: Child[]): void => {
      rows.push(h("dt", {}, this.words.say(name)), h("dd", {}, ...values));
    };
    if (contact?.phone) row("person_phone", h("a", { href: dial(contact.phone) }, contact.phone));
    if (contact?.email) row("person_email", h("a", { href: "mailto:" + contact.email }, contact.email));
    const now = contact && this.now(contact);
    if (contact?.hours || now) row("person_hours", contact?.hours ?? "", now ? h("p", {}, now) : null);
    const ask = (): void => {
      this.close(false);
      this.actions.askForPerson();
    };
    return [
      rows.length ? h("dl", {}, ...rows) : h("p", {}, this.words.say("person_none")),
      button(this.words.say("person_here"), { class: "main", onclick: ask }),
    ];
  }

  private now({ open, back }: Contact): string | null {
    if (open) return this.words.say("open_now");
    return back && this.words.say("closed_now", { when: openingTime(back, this.words.locale) });
  }

  private menu(): HTMLElement[] {
    const { config, hasMessages, isModal } = this.state();
    const parts: HTMLElement[] = [this.sizes()];
    if (!isModal) parts.push(this.check("wider", this.state().wide, this.actions.setWide));
    const item = (name: TextName, onclick: () => void): void => {
      parts.push(button(this.words.say(name), { class: "item", onclick }));
    };
    if (hasMessages) {
      parts.push(this.check("keep", this.state().keep, this.actions.setKeep, "keep_hint"));
      item("copy", () => void this.copy());
      item("save", this.actions.save);
      if ("adoptedStyleSheets" in document) item("print", this.actions.print);
    }
    if (config?.sms_number) item("sms", () => this.open("sms", null));
    if (config?.privacy_url) {
      const link = { class: "item", href: config.privacy_url, target: "_blank", rel: "noopener noreferrer" };
      const tab = hidden(` (${this.words.say("new_tab")})`);
      parts.push(h("a", link, this.words.say("privacy"), tab));
    }
    if (hasMessages) item("end", () => this.open("end", null));
    return parts;
  }

  private sms(): HTMLElement[] {
    const { config, phone } = this.state();
    const given = config?.sms_number ?? "";
    const number = given.replace(/^\+44(\d{4})(\d{6})$/, "0$1 $2"); // as people here write it
    if (phone) {
      const leave = button(this.words.say("sms_leave"), { class: "main", onclick: () => void this.leave() });
      return [h("p", {}, this.words.say("sms_joined", { ends: phone })), leave];
    }
    const how = h("p", {}, this.words.say("sms_alone", { number }));
    const href = "sms:" + given.replace(/\s/g, "");
    const open = h("a", { class: "main", href }, this.words.say("sms_open", { number }));
    void this.actions.offerPhone().then((words) => {
      if (!words) return;
      how.replaceChildren(this.words.say("sms_how", { number }));
      open.setAttribute("href", `${href}?&body=${encodeURIComponent(words)}`);
      const copy = (): void => void this.copyWords(words);
      open.before(
        h("p", { class: "words" }, this.words.say("sms_words") + ": ", h("bdi", { class: "key" }, words)),
        button(this.words.say("sms_copy"), { class: "plain", onclick: copy }),
      );
    });
    return [h("p", {}, this.words.say("sms_intro")), how, open];
  }

  private async leave(): Promise<void> {
    if (await this.actions.leavePhone()) this.close();
    else this.tell(this.words.say("try_later"));
  }

  private async copyWords(words: string): Promise<void> {
    this.tell(this.words.say((await copyText(words)) ? "sms_copied" : "type_it"));
  }

  private end(): HTMLElement[] {
    const end = (): void => {
      this.close(false);
      this.actions.endAndClear();
    };
    return [
      h("p", {}, this.words.say("end_explain")),
      h(
        "div",
        { class: "row" },
        button(this.words.say("end_yes"), { class: "main", onclick: end }),
        button(this.words.say("end_no"), { class: "plain", onclick: () => this.close() }),
      ),
    ];
  }

  private sizes(): HTMLElement {
    const choices = ([1, 2, 3] as const).map((size) => {
      const choose = (): void => this.actions.setSize(size);
      const checked = this.state().size === size;
      const input = h("input", { type: "radio", name: "size", checked, onchange: choose });
      return h("label", {}, input, this.words.say(`text_size_${size}`));
    });
    return h("fieldset", {}, h("legend", {}, this.words.say("text_size")), ...choices);
  }

  private check(
    name: TextName,
    checked: boolean,
    change: (on: boolean) => void,
    hint: TextName | null = null,
  ): HTMLElement {
    const input: HTMLInputElement = h("input", {
      type: "checkbox",
      checked,
      onchange: () => change(input.checked),
    });
    const text = h("span", {}, this.words.say(name));
    if (hint) text.append(h("small", {}, this.words.say(hint)));
    return h("label", { class: "check" }, input, text);
  }

  private async copy(): Promise<void> {
    this.tell(this.words.say((await this.actions.copy()) ? "copied" : "copy_failed"));
  }

  private tell(told: string): void {
    this.root.querySelector(".done")?.remove();
    this.root.append(h("p", { class: "note done" }, told));
    this.actions.say(told);
  }
}

function dial(number: string): string {
  return "tel:" + number.replace(/[^\d+]/g, "");
}
