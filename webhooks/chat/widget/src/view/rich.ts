// Turns the words of a message into nodes: lines, lists, safe links, hidden values, vault values.

import type { Words } from "../texts.ts";
import type { Secret } from "../types.ts";
import { type Child, h, hidden } from "./dom.ts";

const PART =
  /(https?:\/\/[^\s<>"']+[^\s<>"'.,;:!?)\]])|([\w.+-]+@[\w-]+(?:\.[\w-]+)+)|(__vault_[0-9a-f]{32}__)|__(code|phone|email|invitation|password|number)\d*__/g;

const LONGEST_ADDRESS = 40;

export type SecretFinder = (placeholder: string) => Promise<Secret | null>;

export class RichText {
  constructor(
    private readonly words: Words,
    private readonly secret: SecretFinder,
  ) {}

  /** Paragraphs and lists; links only where `linked`, so that a parent's own words stay words. */
  blocks(text: string, linked: boolean): HTMLElement[] {
    const blocks: HTMLElement[] = [];
    let list: HTMLElement | null = null;
    for (const line of text.split("\n")) {
      const item = /^\s*(?:[-*•])\s+(.*)$/.exec(line);
      if (item && linked) {
        if (!list) blocks.push((list = h("ul")));
        list.append(h("li", {}, ...this.inline(item[1] as string, linked)));
        continue;
      }
      list = null;
      if (line.trim()) blocks.push(h("p", {}, ...this.inline(line, linked)));
    }
    return blocks;
  }

  /** What a screen reader is told: the same words, vault values filled in while they live. */
  async spoken(text: string): Promise<string> {
    const parts: string[] = [];
    let end = 0;
    for (const match of text.matchAll(PART)) {
      parts.push(text.slice(end, match.index));
      end = match.index + match[0].length;
      const vault = match[3] && ((await this.secret(match[3]))?.value ?? this.words.say("secret_gone"));
      const said = vault || (match[4] ? this.hiddenWords(match[4]) : match[0]);
      parts.push(/^https?:/.test(said) ? this.words.say("link_to", { site: shortened(said) }) : said);
    }
    return [...parts, text.slice(end)].join("").replace(/\s+/g, " ").trim();
  }

  /** The words for a transcript: nothing secret in it. */
  plain(text: string): string {
    return text.replace(PART, (whole, _url, _mail, vault?: string, kind?: string) => {
      if (vault) return this.words.say("secret_gone");
      return kind ? `(${this.hiddenWords(kind)})` : whole;
    });
  }

  private inline(line: string, linked: boolean): Child[] {
    const nodes: Child[] = [];
    let end = 0;
    for (const match of line.matchAll(PART)) {
      const [whole, url, mail, vault, kind] = match;
      nodes.push(line.slice(end, match.index));
      end = match.index + whole.length;
      if (kind) nodes.push(h("span", { class: "hidden-value" }, this.hiddenWords(kind)));
      else if (vault && linked) nodes.push(this.vaultValue(vault));
      else if (url && linked) nodes.push(this.link(url));
      else if (mail && linked) nodes.push(h("a", { href: "mailto:" + mail }, mail));
      else nodes.push(whole);
    }
    nodes.push(line.slice(end));
    return nodes;
  }

  private link(url: string, text = url.replace(/^https:\/\//, "")): HTMLElement {
    return h(
      "a",
      { href: url, target: "_blank", rel: "noopener noreferrer" },
      text,
      hidden(` (${this.words.say("new_tab")})`),
    );
  }

  private vaultValue(placeholder: string): HTMLElement {
    const place = h("span", { class: "secret" }, this.words.say("secret_loading"));
    void this.secret(placeholder).then((secret) => {
      if (!secret) place.replaceChildren(this.words.say("secret_gone"));
      else if (/^https?:\/\//.test(secret.value)) {
        place.replaceChildren(this.link(secret.value, shortened(secret.value)));
      } else place.replaceChildren(h("bdi", {}, secret.value));
    });
    return place;
  }

  private hiddenWords(kind: string): string {
    return this.words.say(`hidden_${kind}` as Parameters<Words["say"]>[0]);
  }
}

/** An address as people read it: forty random letters tell nobody anything, least of all aloud. */
function shortened(url: string): string {
  const plain = url.replace(/^https?:\/\//, "");
  return plain.length <= LONGEST_ADDRESS ? plain : plain.replace(/[/?].*$/, "/…");
}
