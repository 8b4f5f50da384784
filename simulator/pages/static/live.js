// Keeps what is marked data-live fresh, and sends forms marked data-quiet without leaving the page.
// Without JavaScript every form and link still works; the page is then reloaded by hand.
"use strict";

const live = () => document.querySelectorAll("[data-live]");

function toEnd(element) {
  if ("end" in element.dataset) element.scrollTop = element.scrollHeight;
}

async function refresh(element) {
  const answer = await fetch(element.dataset.live);
  if (!answer.ok) return;
  const html = await answer.text();
  if (element.shown === html) return;
  const fromEnd = element.scrollHeight - element.scrollTop - element.clientHeight;
  element.shown = html;
  element.innerHTML = html;
  // Whoever has scrolled back to read something stays there.
  if (fromEnd < 40) toEnd(element);
}

let isRefreshing = false;
let isStale = false;

async function refreshAll() {
  isStale = true;
  if (isRefreshing) return;
  isRefreshing = true;
  try {
    while (isStale) {
      isStale = false;
      await Promise.all([...live()].map(refresh));
      await new Promise((wake) => setTimeout(wake, 100));
    }
  } catch {
    // The simulator is away; the event stream connects again and asks for everything.
  } finally {
    isRefreshing = false;
  }
}

async function sendQuietly(form) {
  const fields = new URLSearchParams(new FormData(form));
  const box = form.querySelector("textarea");
  const button = form.querySelector("button");
  button.disabled = true;
  try {
    const answer = await fetch(form.action, { method: "POST", body: fields, redirect: "manual" });
    if (answer.type !== "opaqueredirect" && !answer.ok) throw new Error(String(answer.status));
    if (box) box.value = "";
  } catch {
    form.submit();
    return;
  } finally {
    button.disabled = false;
  }
  if (box) box.focus();
  refreshAll();
}

for (const form of document.querySelectorAll("form[data-quiet]")) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    sendQuietly(form);
  });
  if (form.dataset.quiet === "change") {
    form.addEventListener("change", () => sendQuietly(form));
  }
}

for (const box of document.querySelectorAll("[data-enter]")) {
  box.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      box.form.requestSubmit();
    }
  });
}

live().forEach(toEnd);
if (live().length > 0) {
  const events = new EventSource("/events");
  events.addEventListener("message", refreshAll);
  events.addEventListener("open", refreshAll);
}
