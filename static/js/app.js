// What every page can do with the keyboard and the mouse. Nothing here is needed for a verb to work: forms, links and
// <details> do that alone. No inline handlers, no generated styles: the page's content security policy forbids both.

import { Autosave } from "./autosave.js";
import { isComposing } from "./composing.js";
import "./files.js";
import { isGone, loggedInAgain, mayBeSent } from "./login-again.js";

const all = (selector, root = document) => [...root.querySelectorAll(selector)];
const one = (selector, root = document) => root.querySelector(selector);
const visible = (element) => element.getClientRects().length > 0;

// ---- keyboard ------------------------------------------------------------------------------------------------------

const ROWS = ".wl-row, table.dt tbody tr[data-href], form.grading tbody tr";

function rowTarget(row) {
  return (row.matches(".wl-row") && one(".btn:not([disabled])", row)) || one("a[href]", row);
}

function moveRow(step) {
  const rows = all(ROWS).filter(visible);
  if (!rows.length) return false;
  const here = rows.findIndex((row) => row.classList.contains("is-on"));
  const started = rows[here]?.contains(document.activeElement);
  // The first row may be marked by the page itself: the first J goes to it, not past it.
  const next = here < 0 || !started ? Math.max(here, 0) : Math.min(Math.max(here + step, 0), rows.length - 1);
  rows.forEach((row, index) => row.classList.toggle("is-on", index === next));
  rows[next].scrollIntoView({ block: "nearest" });
  rowTarget(rows[next])?.focus({ preventScroll: true });
  return true;
}

function openRow() {
  const target = one(".is-on:is(.wl-row, tr)") && rowTarget(one(".is-on:is(.wl-row, tr)"));
  if (!target || document.activeElement !== document.body) return false;
  target.click();
  return true;
}

function tickRow() {
  const box = one('.is-on:is(.wl-row, tr) input[type="checkbox"]');
  box?.click();
  return Boolean(box);
}

function follow(selector) {
  const link = all(selector).find(visible);
  link?.click();
  return Boolean(link);
}

function focusOn(selector) {
  const field = all(selector).find(visible);
  field?.focus();
  field?.select?.();
  return Boolean(field);
}

function newOrder() {
  const { newOrder: url } = document.body.dataset;
  if (follow('[data-key="n"]')) return true;
  if (url) window.location.assign(url);
  return Boolean(url);
}

const KEYS = {
  "/": () => focusOn('.top input[type="search"]') || focusOn('.filters input[type="search"]'),
  "j": () => moveRow(1),
  "k": () => moveRow(-1),
  "enter": openRow,
  "x": tickRow,
  "n": newOrder,
  "f": () => focusOn(".filters :is(input:not([type=hidden]), select)"),
  "[": () => follow('a[rel~="prev"]'),
  "]": () => follow('a[rel~="next"]'),
  "?": () => openDialog("shortcuts"),
};

const CHORDS = {
  "enter": () => sendForm(),
  "s": () => press(one("[data-ctrl-s]")),
};

function press(element) {
  if (!element) return false;
  if (!element.disabled) element.click();
  return true;
}

// Whoever decides an order with a key finds the next one under the same key: it is deaf for a moment, and to a key held.
const DEAF = 2000; // ms
const DECIDED = "decided";
const decided = sessionStorage.getItem(DECIDED);
const isNext = decided && one("form[data-decides]") && one("form[data-decides]").getAttribute("action") !== decided;
const deafUntil = isNext ? performance.now() + DEAF : 0;
sessionStorage.removeItem(DECIDED);

function sendForm() {
  if (performance.now() < deafUntil) return true;
  const marked = document.activeElement?.closest("form[data-ctrl-enter]") ?? one("[data-ctrl-enter]");
  if (!(marked instanceof HTMLFormElement)) return press(marked);
  const button = one(".btn-primary:is([type=submit], :not([type]))", marked);
  if (!button?.disabled) marked.requestSubmit(button ?? undefined);
  return true;
}

function isTyping(target) {
  return target instanceof Element && Boolean(target.closest("input, textarea, select, [contenteditable], .ts-wrapper"));
}

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || isComposing(event) || one("dialog:modal")) return;
  const key = event.key.toLowerCase();
  const chord = event.ctrlKey || event.metaKey;
  if (chord && event.repeat) return;
  if (event.altKey || (!chord && isTyping(event.target))) return;
  const table = chord ? CHORDS : KEYS;
  if (Object.hasOwn(table, key) && table[key]()) event.preventDefault();
});

// ---- lists ---------------------------------------------------------------------------------------------------------

document.addEventListener("click", (event) => {
  const row = event.target.closest("tr[data-href]");
  if (!row || event.target.closest("a, button, input, label, select, summary, textarea")) return;
  if (window.getSelection()?.toString()) return;
  if (event.ctrlKey || event.metaKey) window.open(row.dataset.href, "_blank", "noopener");
  else window.location.assign(row.dataset.href);
});

document.addEventListener("change", (event) => {
  const form = event.target.closest("form.filters");
  if (form && event.target.type !== "search") form.requestSubmit();
});

// One box for all: a label with data-check-all="name" stands hidden until this script can serve it.
all("[data-check-all]").forEach((label) => {
  label.hidden = false;
  label.addEventListener("change", ({ target }) => {
    all(`input[name="${label.dataset.checkAll}"]:not([disabled])`, target.form).forEach((box) => { box.checked = target.checked; });
  });
});

// Empty filters stay out of the address, so that it can be read and shared.
document.addEventListener("formdata", (event) => {
  if (!event.target.matches("form.filters")) return;
  for (const [name, value] of [...event.formData]) if (value === "") event.formData.delete(name);
});

// ---- verbs: ask first, send once -------------------------------------------------------------------------------------

function openDialog(id) {
  const dialog = document.getElementById(id);
  dialog?.showModal();
  return Boolean(dialog);
}

// The question of a form with data-confirm-chosen="name" says how many boxes are ticked and what they come to.
function questionOf(form, submitter) {
  const sentence = submitter?.dataset.confirm ?? form.dataset.confirm;
  const boxes = form.dataset.confirmChosen;
  if (!sentence || !boxes) return sentence;
  const chosen = all(`input[name="${boxes}"]:checked`, form);
  const sum = chosen.reduce((cents, box) => cents + Math.round(Number(box.dataset.amount) * 100), 0) / 100;
  const amount = sum.toLocaleString("en-US", { minimumFractionDigits: 2 });
  return chosen.length ? sentence.replace("{n}", chosen.length).replace("{sum}", amount) : "";
}

function askFirst(event) {
  const form = event.target;
  const sentence = questionOf(form, event.submitter);
  const dialog = document.getElementById("confirm");
  if (!sentence || !dialog || form.dataset.confirmed) return false;
  event.preventDefault();
  event.stopImmediatePropagation();
  one("#confirm-sentence").textContent = sentence;
  dialog.returnValue = "";
  dialog.onclose = () => {
    if (dialog.returnValue !== "yes") return;
    form.dataset.confirmed = "yes";
    form.requestSubmit(event.submitter ?? undefined);
    delete form.dataset.confirmed;
  };
  dialog.showModal();
  return true;
}

// Attributes, not properties: a field named "method" or "target" would stand before those.
// A form with hx-post and no trigger of its own is sent by htmx, and the page stays anyway.
const leavesThePage = (form) => form.getAttribute("method") === "post" && !form.matches("[target], [hx-post]:not([hx-trigger])");

// A form is sent when the person is logged in and the server answers; otherwise the page stays with all that is in it.
async function lookFirst(event) {
  const form = event.target;
  if (!leavesThePage(form) || "anybody" in form.dataset || form.dataset.looked || !document.getElementById("login-again")) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  if (form.dataset.looking || form.dataset.sent) return;
  form.dataset.looking = "yes";
  try {
    if (await mayBeSent()) sendNow(form, event.submitter);
  } catch {
    sayNoAnswer(event);
    form.dispatchEvent(new Event("away", { bubbles: true }));
  } finally {
    delete form.dataset.looking;
  }
}

function sendNow(form, submitter) {
  Object.assign(form.dataset, { looked: "yes", confirmed: "yes" });
  form.requestSubmit(submitter?.isConnected ? submitter : undefined);
  delete form.dataset.looked;
  delete form.dataset.confirmed;
}

function sendOnce(event) {
  const form = event.target;
  if (event.defaultPrevented || !leavesThePage(form)) return;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "yes";
  if (form.matches("[data-decides]")) sessionStorage.setItem(DECIDED, form.getAttribute("action"));
  unsaved = false;
  // After the event, or the button that was pressed would not be sent.
  setTimeout(() => submitButtons(form).forEach(lock));
}

function submitButtons(form) {
  return [...form.elements].filter((element) => element.type === "submit" && !element.disabled);
}

function lock(button) {
  button.disabled = true;
  button.dataset.locked = "yes";
}

function unlockAll() {
  all("[data-locked]").forEach((button) => {
    button.disabled = false;
    delete button.dataset.locked;
  });
  all("form[data-sent]").forEach((form) => delete form.dataset.sent);
}

document.addEventListener("submit", askFirst, true);
document.addEventListener("submit", lookFirst, true);
document.addEventListener("submit", sendOnce);
window.addEventListener("pageshow", unlockAll);

// ---- nothing typed is lost by a stray click: <form data-keep> asks before it is left ------------------------------------

let unsaved = Boolean(one("form[data-keep] [aria-invalid]"));

for (const change of ["input", "change"]) {
  document.addEventListener(change, (event) => { unsaved ||= Boolean(event.target.form?.matches("[data-keep]")); });
}

document.addEventListener("saved", () => { unsaved = false; });
window.addEventListener("beforeunload", (event) => { if (unsaved) event.preventDefault(); });

// ---- menus, dialogs, messages --------------------------------------------------------------------------------------

document.addEventListener("click", (event) => {
  all("details.menu[open]").forEach((menu) => {
    if (!menu.contains(event.target)) menu.open = false;
  });
  const opener = event.target.closest("[data-open]");
  if (opener) openDialog(opener.dataset.open);
  event.target.closest("[data-dismiss]")?.closest(".note").remove();
  if (event.target.closest("[data-print]")) window.print();
  focusMistake(event.target.closest('.note a[href^="#"]'));
});

// The note above a form leads into the field to be mended, not only near it.
function focusMistake(link) {
  const field = link && document.getElementById(link.hash.slice(1));
  if (field) setTimeout(() => (field.tomselect ?? field).focus());
}

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || isComposing(event)) return;
  const menu = all("details.menu[open]").find((open) => open.contains(document.activeElement)) ?? one("details.menu[open]");
  if (menu) {
    menu.open = false;
    one("summary", menu).focus();
  } else if (document.activeElement?.matches(".has-tip")) {
    document.activeElement.blur();
  }
});

document.addEventListener("toggle", (event) => {
  if (event.target.matches?.("details.menu[open]")) one("textarea", event.target)?.focus();
}, true);

// ---- tables wider than their frame: the frame takes the focus, so that the arrow keys scroll it ---------------------------

const frames = new ResizeObserver((entries) => entries.forEach(({ target }) => {
  if (target.scrollWidth > target.clientWidth) target.tabIndex = 0;
  else target.removeAttribute("tabindex");
}));

function observeFrames() {
  all(".dt-wrap").forEach((frame) => frames.observe(frame));
}

observeFrames();
document.addEventListener("htmx:load", observeFrames);

// ---- htmx ------------------------------------------------------------------------------------------------------------

// A whole page is no fragment: it says that something is in the way.
document.addEventListener("htmx:beforeSwap", (event) => {
  const { xhr, target, shouldSwap } = event.detail;
  if (/^\s*<!doctype html/i.test(xhr.responseText)) {
    event.detail.shouldSwap = false;
  } else if (shouldSwap && target.matches("input, textarea")) {
    event.detail.shouldSwap = false;
    propose(target, xhr.responseText);
  }
});

// Without a login the same is asked again after it.
document.addEventListener("htmx:responseError", async (event) => {
  const { xhr, elt, requestConfig: { verb, path } } = event.detail;
  if (!isGone(xhr.status)) return sayNoAnswer(event);
  const again = await loggedInAgain(verb !== "get").catch(() => false);
  // What goes wrong with it is told by the events above.
  return again ? window.htmx.ajax(verb, path, { source: elt }).catch(() => null) : null;
});

// A proposal for a box, which may have the focus by now: what was typed meanwhile stands, what is typed next replaces it.
function propose(box, html) {
  if (box.value) return;
  box.value = new DOMParser().parseFromString(html, "text/html").querySelector("input, textarea").value;
  if (box === document.activeElement) box.select();
}

function sayNoAnswer(event) {
  if (event.target.closest(".side")) return; // counts that stay away are no reason to alarm anybody
  const place = document.getElementById("messages");
  const note = document.getElementById("no-answer")?.content.firstElementChild;
  if (place && note && !one(".no-answer", place)) place.append(note.cloneNode(true));
}

["htmx:sendError", "htmx:timeout"].forEach((name) => document.addEventListener(name, sayNoAnswer));

all("[data-dismiss], [data-open], [data-print]").forEach((element) => { element.hidden = false; });

all("form[data-autosave]").forEach((form) => new Autosave(form));
