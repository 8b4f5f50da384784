// One script tag is all a page needs; a page that wants the element elsewhere writes the tag itself.

import { EhcChat, script } from "./element.ts";

const NAME = "ehc-chat";

function place(): void {
  if (document.querySelector(NAME) || script?.dataset["place"] === "manual") return;
  document.body.append(document.createElement(NAME));
}

if ("customElements" in window && !customElements.get(NAME)) {
  customElements.define(NAME, EhcChat);
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", place);
  else place();
}
