// Live totals: posts the grid and shows what the server computed with the rules that also save the order.

import { ask } from "./login-again.js";

const WAIT = 120; // milliseconds after the last key
const SETTLE = 220; // before sentences come and go with the focus, so that a click never lands on a row that moved

export class Totals {
  constructor(form, grid) {
    this.form = form;
    this.grid = grid;
    this.sums = document.getElementById("sums");
    this.instalments = document.getElementById("instalments");
    this.answer = { lines: [] };
    this.refused = new Map(this.#refusals());
  }

  // What the server refused when it sent the page stays said until the cell says something else.
  * #refusals() {
    for (const sentence of this.grid.body.querySelectorAll("[data-fault]")) {
      const name = sentence.dataset.fault;
      const cell = this.grid.cell(this.grid.rowOf(sentence), name);
      yield [cell, { name, value: cell.value, fault: { sentence: sentence.textContent, mends: [] } }];
    }
  }

  #faultsOf(row) {
    const { faults: found, missing = {} } = this.#lineOf(row);
    const faults = { ...found };
    if ("whole" in row.dataset) {
      for (const [name, sentence] of Object.entries(missing)) faults[name] ??= { sentence, mends: [] };
    }
    for (const [cell, { name, value, fault }] of this.refused) {
      if (row.contains(cell) && cell.value === value) faults[name] ??= fault;
    }
    return faults;
  }

  schedule(wait = WAIT) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.ask(), wait);
  }

  async ask() {
    clearTimeout(this.timer);
    this.request?.abort();
    this.request = new AbortController();
    const { signal } = this.request;
    try {
      const body = new URLSearchParams(new FormData(this.form));
      const response = await ask(this.form.dataset.totalsUrl, { method: "POST", body, signal });
      if (response.status === 413) return this.#failed(this.form.dataset.tooMany);
      if (!response.ok || response.redirected) throw new Error(response.statusText);
      this.answer = await response.json();
    } catch (error) {
      return error.name === "AbortError" ? null : this.#failed(this.form.dataset.noAnswer);
    }
    this.#show();
    return this.answer;
  }

  #failed(sentence) {
    this.sums.classList.add("is-stale");
    this.#write("left_out", sentence);
    return null;
  }

  #write(name, text) {
    this.sums.querySelector(`[data-sum="${name}"]`).textContent = text;
  }

  #show() {
    this.sums.classList.remove("is-stale");
    ["net", "tax", "gross", "capitals", "left_out"].forEach((name) => this.#write(name, this.answer[name]));
    this.grid.rows.forEach((row) => this.#showLine(row, this.#lineOf(row)));
    this.#showInstalments();
    this.#showCredit();
    this.settle();
  }

  #lineOf(row) {
    return this.answer.lines.find((line) => line.key === row.dataset.key) ?? { net: "—", faults: {}, filled: {} };
  }

  #showLine(row, line) {
    row.querySelector("output").textContent = line.net;
    // While somebody types the product, the server's guess would write under the fingers.
    if (document.activeElement === this.grid.cell(row, "name")) return;
    // Another order date brings another agreement; what was typed stays.
    this.grid.putOffer(row, "agreed", line.agreed);
    if (!line.filled.product) return;
    for (const [name, text] of Object.entries(line.filled)) this.grid.write(row, name, text);
    this.grid.putOffer(row, "offer", line.offer);
  }

  #showInstalments() {
    const body = this.instalments.querySelector("tbody");
    this.instalments.hidden = !this.answer.instalments.length;
    body.replaceChildren(...this.answer.instalments.map((part) => {
      const row = document.createElement("tr");
      const cells = [[part.position], [part.trigger], [part.due, "meta"], [part.percent, "num"], [part.amount, "num"]];
      for (const [text, css = ""] of cells) {
        const cell = row.insertCell();
        cell.textContent = text;
        cell.className = css;
      }
      return row;
    }));
  }

  // What is left of the customer's credit after this order is the gate's figure, so it is asked for.
  #showCredit() {
    const amount = document.getElementById("credit-amount");
    if (!amount || amount.value === this.answer.gross) return;
    amount.value = this.answer.gross;
    document.getElementById("credit").dispatchEvent(new Event("totalled"));
  }

  // Shows the sentences of each row. A cell that is being typed in is not judged yet, unless it was found wrong before.
  settle() {
    const focused = document.activeElement;
    const here = this.grid.rowOf(focused);
    for (const row of this.grid.rows) {
      const faults = this.#faultsOf(row);
      const { hint } = this.#lineOf(row);
      this.grid.say(row, {
        faults: row === here ? this.#settled(row, faults, focused) : faults,
        hint: row === here && focused.dataset.cell === "name" ? "" : hint,
        offers: this.grid.shownOffers(row, row === here),
      });
    }
  }

  #settled(row, faults, focused) {
    const judged = Object.entries(faults).filter(([name]) => {
      const cell = this.grid.cell(row, name);
      return cell.hasAttribute("aria-invalid") || (cell !== focused && name !== "name");
    });
    return Object.fromEntries(judged);
  }

  settleSoon() {
    clearTimeout(this.settling);
    this.settling = setTimeout(() => this.settle(), SETTLE);
  }
}
