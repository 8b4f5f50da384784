// What the page says about the element: attributes of its script tag or of the tag itself.

export interface Settings {
  /** Where the server is, without a slash at the end. */
  base: string;
  lang: string;
  side: "start" | "end";
  /** Words that the page sets itself, by their names in texts.ts. */
  texts: Record<string, string>;
}

/** Read `data-server`, `data-lang`, `data-side` and `data-text-…`; the later source wins. */
export function readSettings(script: HTMLScriptElement | null, tag: HTMLElement | null): Settings {
  const data: Record<string, string> = {};
  for (const source of [script, tag]) {
    for (const [name, value] of Object.entries(source?.dataset ?? {})) {
      if (value !== undefined) data[name] = value;
    }
  }
  const texts: Record<string, string> = {};
  for (const [name, value] of Object.entries(data)) {
    if (name.startsWith("text") && name.length > 4) texts[snake(name.slice(4))] = value;
  }
  return {
    base: serverOf(data["server"], script),
    lang: known(data["lang"] || document.documentElement.lang),
    side: data["side"] === "start" ? "start" : "end",
    texts,
  };
}

/** The language as browsers write it; English where what the page says is none. */
function known(said: string): string {
  const lang = said.replace(/_/g, "-");
  try {
    return Intl.getCanonicalLocales(lang)[0] ?? "en";
  } catch {
    return "en";
  }
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
