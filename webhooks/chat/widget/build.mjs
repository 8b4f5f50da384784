// Builds the element: one script with its style inside, and the same style as a file for browsers
// without constructable style sheets. The same sources give the same bytes on every machine.
import { build, transform } from "esbuild";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const out = process.argv[2] ?? join(here, "..", "static");
const target = ["chrome87", "firefox78", "safari14.1"];
// Old Safari fails on one rare form of destructuring, which the sources do not use.
const supported = { destructuring: true };

const source = await readFile(join(here, "src", "style.css"), "utf8");
const style = (await transform(source, { loader: "css", minify: true, target })).code.trim();

const minifiedStyle = {
  name: "minified-style",
  setup: (hooks) =>
    hooks.onLoad({ filter: /style\.css$/ }, () => ({ contents: style, loader: "text" })),
};

await mkdir(out, { recursive: true });
await build({
  entryPoints: [join(here, "src", "main.ts")],
  outfile: join(out, "ehc-chat.js"),
  bundle: true,
  minify: true,
  format: "iife",
  target,
  supported,
  charset: "utf8",
  legalComments: "none",
  plugins: [minifiedStyle],
  logLevel: "warning",
});
await writeFile(join(out, "ehc-chat.css"), style + "\n");
