// The conversation to take away: as text, as a file, on paper. Hidden values stay hidden.

import type { LogMessage } from "../types.ts";
import { h } from "./dom.ts";


export function transcript(
  title: string,
  messages: LogMessage[],
  author: (message: LogMessage) => string,
  plain: (text: string) => string,
  lang: string,
): string {
  const when = new Intl.DateTimeFormat(lang, { dateStyle: "medium", timeStyle: "short" });
  const lines = messages.map(
    (m) => `${when.format(new Date(m.at))}  ${author(m)}: ${plain(m.text)}`,
  );
  return [title, "", ...lines, ""].join("\n");
}

export function saveText(text: string, name: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: "text/plain;charset=utf-8" }));
  const link = h("a", { href: url, download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

/** Print the text alone: for the time of printing the page shows nothing else. */
export function printText(text: string, lang: string, dir: string): void {
  const paper = h("ehc-chat-paper" as "div", { lang, dir }, text);
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(
    "ehc-chat-paper{display:none}" +
      "@media print{body>*:not(ehc-chat-paper){display:none!important}" +
      "ehc-chat-paper{all:initial;display:block;white-space:pre-wrap;font:12pt/1.5 sans-serif}}",
  );
  const before = document.adoptedStyleSheets;
  document.adoptedStyleSheets = [...before, sheet];
  document.body.append(paper);
  window.addEventListener(
    "afterprint",
    () => {
      paper.remove();
      document.adoptedStyleSheets = document.adoptedStyleSheets.filter((one) => one !== sheet);
    },
    { once: true },
  );
  window.print();
}
