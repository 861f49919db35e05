// The earliest day by which the order can be delivered, beside the promised date.

import { ask } from "./login-again.js";

const WAIT = 500; // milliseconds after the last change

export class Feasible {
  constructor(form, grid) {
    this.form = form;
    this.grid = grid;
    this.line = document.getElementById("feasible");
    this.button = this.line.querySelector("button");
    this.icon = this.line.querySelector(":scope > svg");
    this.promised = form.elements.promised_date;
    this.button.addEventListener("click", () => this.#take());
    this.promised.addEventListener("change", () => this.#show());
  }

  schedule() {
    if (!this.form.dataset.feasibleUrl) return;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.#ask(), WAIT);
  }

  #asked() {
    const wanted = this.grid.rows.map((row) => [this.grid.text(row, "product"), this.grid.text(row, "quantity")]);
    return JSON.stringify([this.form.elements.order_date.value, wanted.filter(([product, quantity]) => product && quantity)]);
  }

  async #ask() {
    const question = this.#asked();
    if (question === this.question) return;
    this.question = question;
    try {
      const body = new URLSearchParams(new FormData(this.form));
      body.set("customer", this.form.dataset.customer);
      const response = await ask(this.form.dataset.feasibleUrl, { method: "POST", body });
      if (!response.ok || response.redirected) throw new Error(response.statusText);
      const answer = await response.json();
      if (question === this.question) this.answer = answer;
    } catch {
      this.answer = this.question = null;
    }
    this.#show();
  }

  #show() {
    const known = this.answer && !this.#asked().endsWith(",[]]");
    this.line.hidden = !known;
    if (!known) return;
    const { date, explanation } = this.answer;
    const kept = Boolean(this.promised.value) && this.promised.value >= date;
    this.line.querySelector("[data-day]").textContent = this.form.dataset.earliest.replace("{day}", this.#short(date));
    this.line.querySelector("[data-why]").textContent = explanation;
    this.icon.toggleAttribute("hidden", !kept);
    this.button.hidden = kept;
    this.button.textContent = this.form.dataset.mend.replace("{value}", this.#short(date));
  }

  #short(date) {
    const year = this.form.elements.order_date.value.slice(0, 4);
    return date.startsWith(year) ? date.slice(5) : date;
  }

  #take() {
    this.promised.value = this.answer.date;
    this.promised.dispatchEvent(new Event("change", { bubbles: true }));
    this.promised.focus();
  }
}
