// The header's search while one types: what was found stands below the field, arrows choose, Enter opens. Without a choice,
// Enter asks for the page of hits: what stands below may still belong to an earlier text.

import { isComposing } from "./composing.js";

const field = document.querySelector('.top .search input[type="search"]');
const panel = document.getElementById("search-hits");
const SHORTEST = 2;

const hits = () => [...panel.querySelectorAll("a[role=option]")];
const chosen = () => panel.querySelector("[aria-selected=true]");

function show(open) {
  panel.hidden = !open;
  field.setAttribute("aria-expanded", String(open));
  if (!open) choose(null);
}

function choose(hit) {
  for (const other of hits()) other.setAttribute("aria-selected", String(other === hit));
  if (hit) field.setAttribute("aria-activedescendant", hit.id);
  else field.removeAttribute("aria-activedescendant");
  hit?.scrollIntoView({ block: "nearest" });
}

function move(step) {
  const all = hits();
  if (!all.length) return;
  show(true);
  const here = all.indexOf(chosen());
  choose(all[here < 0 ? (step > 0 ? 0 : all.length - 1) : (here + step + all.length) % all.length]);
}

const KEYS = {
  ArrowDown: () => move(1),
  ArrowUp: () => move(-1),
  Escape: () => (panel.hidden ? field.blur() : show(false)),
  Enter: () => chosen().click(),
};

if (field && panel) {
  field.addEventListener("keydown", (event) => {
    if (isComposing(event) || !Object.hasOwn(KEYS, event.key) || (event.key === "Enter" && !chosen())) return;
    event.preventDefault();
    KEYS[event.key]();
  });
  field.addEventListener("input", () => {
    choose(null);
    if (field.value.trim().length < SHORTEST) show(false);
  });
  field.addEventListener("htmx:beforeRequest", (event) => {
    if (field.value.trim().length < SHORTEST) event.preventDefault();
  });
  field.addEventListener("htmx:afterRequest", (event) => {
    if (event.detail.successful) show(document.activeElement === field && field.value.trim().length >= SHORTEST);
  });
  field.addEventListener("focus", () => hits().length && field.value.trim().length >= SHORTEST && show(true));
  field.closest("form").addEventListener("focusout", (event) => {
    if (!event.currentTarget.contains(event.relatedTarget)) show(false);
  });
}
