// Type-ahead in the product cell: by number, name, pinyin or initials. What is chosen fills the row.

import { ask } from "./login-again.js";

const WAIT = 120; // milliseconds after the last key

export class Suggest {
  constructor(form, grid) {
    this.form = form;
    this.grid = grid;
    this.list = document.createElement("ul");
    this.list.className = "suggest";
    this.list.id = "suggestions";
    this.list.setAttribute("role", "listbox");
    // The pressed mouse must not take the focus, or the list would close under it.
    this.list.addEventListener("mousedown", (event) => event.preventDefault());
    this.list.addEventListener("click", (event) => {
      const option = event.target.closest("li");
      if (option) this.choose([...this.list.children].indexOf(option));
    });
    this.close();
  }

  get isOpen() {
    return this.list.isConnected;
  }

  // ---- looking ----

  typed(input) {
    const row = this.grid.rowOf(input);
    this.grid.write(row, "product", "");
    this.grid.putOffer(row, "agreed", null);
    this.grid.putOffer(row, "offer", null);
    this.input = input;
    this.enterWaits = false;
    clearTimeout(this.timer);
    this.timer = null;
    if (!input.value.trim()) return this.close();
    this.timer = setTimeout(() => this.#look(), WAIT);
    return null;
  }

  async #look() {
    clearTimeout(this.timer);
    this.timer = null;
    this.request?.abort();
    this.request = new AbortController();
    const { input, request } = this;
    try {
      const found = await this.#ask(input.value, request.signal);
      if (this.request !== request) return;
      this.request = null;
      if (document.activeElement === input) this.#show(found);
    } catch (error) {
      if (this.request !== request) return;
      this.request = null;
      this.#show([]);
    }
  }

  async #ask(text, signal) {
    const address = new URL(this.form.dataset.suggestUrl, window.location.href);
    // An input method separates syllables while it composes.
    address.searchParams.set("q", text.replaceAll("'", "").trim());
    address.searchParams.set("customer", this.form.dataset.customer);
    address.searchParams.set("order_date", this.form.elements.order_date.value);
    const response = await ask(address, { signal, headers: { Accept: "application/json" } });
    if (!response.ok || response.redirected) throw new Error(response.statusText);
    return (await response.json()).results;
  }

  // ---- the list ----

  #show(found) {
    if (this.enterWaits) {
      this.found = found;
      this.enterWaits = false;
      if (found.length) this.choose(0);
      else this.#goOn();
      return;
    }
    if (!found.length) {
      this.close();
      return;
    }
    this.found = found;
    this.list.replaceChildren(...found.map((product, index) => this.#option(product, index)));
    this.input.parentElement.append(this.list);
    this.input.setAttribute("role", "combobox");
    this.input.setAttribute("aria-expanded", "true");
    this.input.setAttribute("aria-controls", this.list.id);
    this.#activate(0);
    this.list.scrollIntoView({ block: "nearest" });
  }

  #option(product, index) {
    const option = document.createElement("li");
    option.id = `suggestion-${index}`;
    option.setAttribute("role", "option");
    const cells = [["", product.name], ["", product.specification || product.code], ["meta", product.about], ["num", product.price]];
    for (const [css, text] of cells) {
      const cell = document.createElement("span");
      cell.className = css;
      cell.append(...(css ? [text] : this.#highlighted(text)));
      option.append(cell);
    }
    return option;
  }

  #highlighted(text) {
    const words = this.input.value.trim();
    const place = text.toLowerCase().indexOf(words.toLowerCase());
    if (!words || place < 0) return [text];
    const mark = document.createElement("mark");
    mark.textContent = text.slice(place, place + words.length);
    return [text.slice(0, place), mark, text.slice(place + words.length)];
  }

  #activate(index) {
    this.active = index;
    [...this.list.children].forEach((option, place) => option.setAttribute("aria-selected", String(place === index)));
    this.input.setAttribute("aria-activedescendant", `suggestion-${index}`);
    this.list.children[index].scrollIntoView({ block: "nearest" });
  }

  close() {
    this.list.remove();
    this.found = [];
    if (!this.input) return;
    this.input.setAttribute("aria-expanded", "false");
    this.input.removeAttribute("aria-activedescendant");
  }

  // Leaving the cell ends the search.
  left() {
    clearTimeout(this.timer);
    this.timer = null;
    this.request?.abort();
    this.request = null;
    this.enterWaits = false;
    this.close();
  }

  // ---- keys; true when the key was ours ----

  key(event) {
    const searching = Boolean(this.timer || this.request);
    // A list that answers fewer letters than are typed by now must not be chosen from by habit.
    const outdated = searching && (event.key === "Enter" || event.key === "Tab");
    if (this.isOpen && !outdated) return this.#keyInList(event);
    if (event.key !== "Enter" || !searching) return false;
    // Faster than the list: the first one it brings is meant.
    this.enterWaits = true;
    if (this.timer) this.#look();
    return true;
  }

  #keyInList(event) {
    const last = this.found.length - 1;
    const verbs = {
      ArrowDown: () => this.#activate(this.active === last ? 0 : this.active + 1),
      ArrowUp: () => this.#activate(this.active ? this.active - 1 : last),
      Enter: () => this.choose(this.active),
      Tab: () => this.choose(this.active),
      Escape: () => this.close(),
    };
    if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey || !Object.hasOwn(verbs, event.key)) return false;
    verbs[event.key]();
    return true;
  }

  // ---- choosing ----

  choose(index) {
    const product = this.found[index];
    const row = this.grid.rowOf(this.input);
    const filled = {
      product: product.id,
      name: product.name,
      specification: product.specification,
      unit: product.unit,
      unit_price: product.agreed ? product.agreed.price : product.list_price,
      tax_rate: product.tax_rate,
      // An agreed price is net of every discount.
      discount: (!product.agreed && this.grid.text(row, "discount")) || "0",
    };
    for (const [name, text] of Object.entries(filled)) this.grid.write(row, name, text);
    this.grid.putOffer(row, "agreed", product.agreed);
    this.grid.putOffer(row, "offer", product.offer);
    this.close();
    this.grid.focus(row, "quantity");
    this.grid.changed(row);
  }

  #goOn() {
    this.close();
    this.grid.goOn(this.grid.rowOf(this.input), "name");
  }
}
