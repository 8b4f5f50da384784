// Where the parent writes. Words stay until they are sent; nothing here takes the focus by itself.

import type { Words } from "../texts.ts";
import { button, h, icon, set } from "./dom.ts";
import { SEND } from "./icons.ts";

const COUNT_FROM = 0.85;

export class Composer {
  readonly root: HTMLFormElement;
  private readonly field: HTMLTextAreaElement;
  private readonly note = h("p", { id: "composer-note", class: "note" });
  private limit = 1600;

  constructor(
    private readonly words: Words,
    private readonly send: (text: string) => void,
    private readonly drafted: (text: string) => void,
    private readonly say: (text: string) => void,
  ) {
    this.field = h("textarea", {
      id: "composer-field",
      rows: 1,
      autocomplete: "off",
      enterkeyhint: "send",
      dir: "auto",
      "aria-describedby": "composer-note",
      oninput: () => this.changed(),
      onkeydown: (event) => this.key(event as KeyboardEvent),
    });
    const label = h("label", { for: "composer-field", class: "vh" });
    const submit = button("", { type: "submit", class: "send" }, icon(SEND));
    this.root = h(
      "form",
      { class: "composer", onsubmit: (event) => this.submit(event) },
      label,
      h("div", { class: "row" }, this.field, submit),
      this.note,
    );
    words.follow(() => {
      label.textContent = words.say("composer");
      set(this.field, { placeholder: words.say("composer_hint") });
      set(submit, { "aria-label": words.say("send") });
    });
  }

  get text(): string {
    return this.field.value;
  }

  /** Put words in, unless the parent is writing others. */
  fill(text: string): void {
    if (this.field.value.trim()) return;
    this.field.value = text;
    this.changed();
  }

  setLimit(characters: number): void {
    this.limit = characters;
    this.changed();
  }

  focus(): void {
    this.field.focus({ preventScroll: true });
  }

  clear(): void {
    this.field.value = "";
    this.changed();
  }

  private key(event: KeyboardEvent): void {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) this.submit(event);
  }

  private submit(event: Event): void {
    event.preventDefault();
    const text = this.field.value.trim();
    this.focus();
    if (!text) return;
    if (this.over > 0) return this.say(this.words.say("too_long", { over: this.over }));
    this.clear();
    this.send(text);
  }

  /** Characters as the server counts them: code points, not UTF-16 units. */
  private get over(): number {
    return Array.from(this.field.value.trim()).length - this.limit;
  }

  private changed(): void {
    this.drafted(this.field.value);
    this.field.style.height = "auto";
    if (this.field.value) this.field.style.height = `${this.field.scrollHeight + 2}px`;
    const { over } = this;
    const isOver = over > 0;
    set(this.field, { "aria-invalid": isOver ? "true" : null });
    this.note.classList.toggle("error", isOver);
    if (isOver) this.note.textContent = this.words.say("too_long", { over });
    else if (-over < this.limit * (1 - COUNT_FROM)) {
      this.note.textContent = this.words.say("chars_left", { left: -over });
    } else this.note.textContent = "";
  }
}
