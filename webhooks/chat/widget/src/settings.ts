// What the page says about the element: attributes of its script tag or of the tag itself.

export interface Settings {
  /** Where the server is, without a slash at the end. */
  base: string;
  lang: string;
  dir: "ltr" | "rtl";
  side: "start" | "end";
  /** Words that the page sets itself, by their names in texts.ts. */
  texts: Record<string, string>;
}

const RIGHT_TO_LEFT = /^(ar|fa|he|ku|ps|sd|ug|ur|yi)\b/i;

/** Read `data-server`, `data-lang`, `data-side` and `data-text-…`; the later source wins. */
export function readSettings(script: HTMLScriptElement | null, tag: HTMLElement | null): Settings {
  const data: Record<string, string> = {};
  for (const source of [script, tag]) {
    for (const [name, value] of Object.entries(source?.dataset ?? {})) {
      if (value !== undefined) data[name] = value;
    }
  }
  const said = data["lang"] || document.documentElement.lang || "en";
  const lang = said === "en" ? "en-GB" : said; // for dates and times
  const texts: Record<string, string> = {};
  for (const [name, value] of Object.entries(data)) {
    if (name.startsWith("text") && name.length > 4) texts[snake(name.slice(4))] = value;
  }
  return {
    base: serverOf(data["server"], script),
    lang,
    dir: RIGHT_TO_LEFT.test(lang) ? "rtl" : "ltr",
    side: data["side"] === "start" ? "start" : "end",
    texts,
  };
}

function serverOf(given: string | undefined, script: HTMLScriptElement | null): string {
  const url = given ? new URL(given, document.baseURI) : new URL(".", script?.src || document.baseURI);
  return url.href.replace(/\/$/, "");
}

function snake(name: string): string {
  return name
    .replace(/^[A-Z]/, (letter) => letter.toLowerCase())
    .replace(/[A-Z]/g, (letter) => "_" + letter.toLowerCase());
}
