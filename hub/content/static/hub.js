/* What a page can do better with JavaScript; without it every page still works. */
import { initAll } from "./govuk-frontend.min.js";

initAll();

for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}

for (const button of document.querySelectorAll("[data-copy]")) {
  const source = document.getElementById(button.dataset.copy);
  const told = document.getElementById(button.dataset.told);
  if (!source || !told || !navigator.clipboard) continue;
  button.hidden = false;
  button.addEventListener("click", async () => {
    const lines = Array.from(source.querySelectorAll("li"), (line) => line.textContent.trim());
    const text = lines.length ? lines.join("\n") : source.textContent.replace(/\s/g, "");
    try {
      await navigator.clipboard.writeText(text);
      told.textContent = "Copied.";
    } catch {
      told.textContent = "Your browser did not allow copying.";
    }
  });
}
