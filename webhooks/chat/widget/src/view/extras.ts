// What a message shows besides words: a QR code, a setup key, a field for a security code.

import type { Words } from "../texts.ts";
import { button, h, svg } from "./dom.ts";
import type { MessageActions } from "./message.ts";

export function qrCode(placeholder: string, words: Words, actions: MessageActions): HTMLElement {
  const place = h("figure", { class: "qr" }, h("p", {}, words.say("secret_loading")));
  void actions.secret(placeholder).then((secret) => {
    if (!secret?.qr) return place.replaceChildren(h("p", {}, words.say("secret_gone")));
    const { size, path } = secret.qr;
    const parts: Node[] = [svg(size, path, { role: "img", "aria-label": words.say("qr") })];
    if (/^otpauth:\/\/totp\//.test(secret.value)) {
      parts.push(h("a", { class: "app-link", href: secret.value }, words.say("open_app")));
    }
    place.replaceChildren(...parts);
  });
  return place;
}

export function setupKey(placeholder: string, words: Words, actions: MessageActions): HTMLElement {
  const key = h("bdi", { class: "key", dir: "ltr" }, words.say("secret_loading"));
  const place = h("div", { class: "setup-key" }, h("p", {}, words.say("setup_key")), key);
  void actions.secret(placeholder).then((secret) => {
    if (!secret) return key.replaceChildren(words.say("secret_gone"));
    const groups = secret.value.replace(/\s+/g, "").match(/.{1,4}/g) ?? [];
    key.replaceChildren(groups.join(" "));
    const copy = async (): Promise<void> => {
      const done = await copyText(groups.join(""));
      const told = words.say(done ? "key_copied" : "type_it");
      note.textContent = told;
      actions.say(told);
    };
    const note = h("p", { class: "note" });
    place.append(button(words.say("copy_key"), { class: "plain", onclick: () => void copy() }), note);
  });
  return place;
}

/** One field, so that a paste or the phone's own suggestion fills all of it. */
export function codeEntry(id: number, words: Words, actions: MessageActions): HTMLElement {
  const input = h("input", {
    id: `code-${id}`,
    type: "text",
    inputmode: "numeric",
    autocomplete: "one-time-code",
    maxlength: 300, // who pastes the whole text is understood too
    "aria-describedby": `code-hint-${id}`,
  });
  const hint = h("p", { id: `code-hint-${id}`, class: "note" }, words.say("code_hint"));
  const submit = (event: Event): void => {
    event.preventDefault();
    if (input.readOnly) return;
    const code = input.value.trim();
    input.toggleAttribute("aria-invalid", false);
    if (!code) {
      input.setAttribute("aria-invalid", "true");
      hint.textContent = words.say("code_empty");
      hint.className = "note error";
      input.focus();
      actions.say(words.say("code_empty"));
      return;
    }
    actions.send(code);
  };
  return h(
    "form",
    { class: "code-entry", novalidate: true, onsubmit: submit },
    h("label", { for: `code-${id}` }, words.say("code_entry")),
    hint,
    h("div", { class: "row" }, input, h("button", { type: "submit" }, words.say("code_send"))),
  );
}

export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}
