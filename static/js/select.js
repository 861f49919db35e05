// Type-ahead for selects: <select data-type-ahead> searches its own options, [data-type-ahead-url] asks the server
// (GET ?q=…, answered by {"results": [{"value", "text", "meta"}]}). Without JavaScript the plain field remains.

import { ask as askServer } from "./login-again.js";

const FIELDS = "select[data-type-ahead], [data-type-ahead-url]";
const WAIT = 150; // milliseconds after the last key before the server is asked

function line(item, escape) {
  const meta = item.meta ? `<span class="meta">${escape(item.meta)}</span>` : "";
  return `<div class="ts-line"><span>${escape(item.text)}</span>${meta}</div>`;
}

function words(field) {
  const { emptyText = "", loadingText = "" } = document.documentElement.dataset;
  return {
    option: line,
    item: (item, escape) => `<div>${escape(item.text)}</div>`,
    no_results: () => `<div class="no-results">${field.dataset.emptyText ?? emptyText}</div>`,
    loading: () => (loadingText ? `<div class="no-results">${loadingText}</div>` : ""),
  };
}

// The options of a select may carry what stands small beside them: <option data-meta="C2026001">.
function options(field) {
  if (field.tagName === "SELECT") {
    return [...field.options].map((option) => ({ value: option.value, text: option.text, meta: option.dataset.meta ?? "" }));
  }
  const { text, meta = "" } = field.dataset;
  return field.value && text ? [{ value: field.value, text, meta }] : [];
}

let asked = 0;

async function ask(url, text) {
  const turn = ++asked;
  const address = new URL(url, window.location.href);
  address.searchParams.set("q", text);
  const answer = await askServer(address, { headers: { Accept: "application/json" } });
  if (!answer.ok || answer.redirected) throw new Error(answer.statusText);
  const { results } = await answer.json();
  return turn === asked ? results : null;
}

function remote(field) {
  const url = field.dataset.typeAheadUrl;
  if (!url) return {};
  return {
    preload: "focus",
    // What is chosen stands in the box; in the list it would be the first that Enter takes.
    hideSelected: true,
    loadThrottle: WAIT,
    // The server searches by pinyin and number too; what it finds is shown as it comes.
    score: () => () => 1,
    shouldLoad: () => true,
    load(text, callback) {
      ask(url, text).then((results) => {
        if (results === null) return callback();
        this.clearOptions((option) => this.items.includes(option.value));
        return callback(results);
      }).catch(() => callback());
    },
  };
}

function enhance(field) {
  if (field.tomselect || field.disabled) return;
  const found = options(field);
  const chosen = field.value;
  const control = new window.TomSelect(field, {
    maxItems: field.multiple ? null : 1,
    maxOptions: 200,
    valueField: "value",
    labelField: "text",
    searchField: ["text", "meta"],
    selectOnTab: true,
    openOnFocus: true,
    create: false,
    persist: true,
    placeholder: field.getAttribute("placeholder") ?? "",
    render: words(field),
    ...(field.tagName === "SELECT" ? {} : { options: found, items: chosen ? [chosen] : [] }),
    ...remote(field),
  });
  found.forEach((option) => option.value && control.updateOption(option.value, option));
  tie(field, control);
}

// The box one types into says the same to a screen reader as the field it stands for.
function tie(field, control) {
  for (const name of ["aria-invalid", "aria-describedby", "aria-label"]) {
    const value = field.getAttribute(name);
    if (value !== null) control.control_input.setAttribute(name, value);
  }
  field.setAttribute("aria-hidden", "true");
  control.control_input.setAttribute("autocomplete", "off");
}

function enhanceIn(root) {
  if (root.matches?.(FIELDS)) enhance(root);
  root.querySelectorAll(FIELDS).forEach(enhance);
}

enhanceIn(document);
document.addEventListener("htmx:load", (event) => enhanceIn(event.detail.elt));
