// Order entry for the keyboard. Without this the page still works: rows are posted, and the server does the rest.

import { isComposing } from "./composing.js";
import { Feasible } from "./order-entry-feasible.js";
import { Grid } from "./order-entry-grid.js";
import { cellsIn, paste } from "./order-entry-paste.js";
import { Save } from "./order-entry-save.js";
import { Suggest } from "./order-entry-suggest.js";
import { Totals } from "./order-entry-totals.js";

const form = document.getElementById("order");
const table = document.getElementById("lines");
const grid = new Grid(table, {
  blank: document.getElementById("blank-row"),
  icons: document.getElementById("row-icons"),
  words: { use: form.dataset.use, mend: form.dataset.mend },
  undo: document.getElementById("undo-remove"),
});
const totals = new Totals(form, grid);
const suggest = new Suggest(form, grid);
const feasible = new Feasible(form, grid);

form.classList.add("is-live");
new Save(form);

// ---- typing ----------------------------------------------------------------------------------------------------------

form.addEventListener("input", (event) => {
  const { cell } = event.target.dataset;
  if (cell === "name") suggest.typed(event.target);
  if (cell) grid.rowOf(event.target).classList.toggle("is-blank", grid.isBlank(grid.rowOf(event.target)));
  if (cell || ["payment_terms", "order_date"].includes(event.target.name)) totals.schedule();
  if (["product", "name", "quantity"].includes(cell) || event.target.name === "order_date") feasible.schedule();
});

let entered = ""; // what the cell said when it got the focus

table.addEventListener("focusin", (event) => {
  entered = event.target.value;
  totals.settleSoon();
});
table.addEventListener("focusout", (event) => {
  if (event.target.dataset.cell === "name") {
    suggest.left();
    // Now that the product is written down, the server may say which one it is.
    if (event.target.value && !grid.text(grid.rowOf(event.target), "product")) totals.schedule(0);
  }
  totals.settleSoon();
});

// ---- keys ------------------------------------------------------------------------------------------------------------

function goVertically(row, cell, step) {
  const other = step < 0 ? grid.previous(row) : grid.next(row);
  if (other) grid.focus(other, cell);
  return Boolean(other);
}

function leaveGrid() {
  form.elements.special_requirements.focus();
}

function keyInCell(event) {
  const row = grid.rowOf(event.target);
  const { cell } = event.target.dataset;
  const { key, altKey, shiftKey } = event;
  const chord = event.ctrlKey || event.metaKey;
  // What was typed in the cell is the browser's to take back, deleted rows are ours.
  if (chord && key.toLowerCase() === "z") return !shiftKey && !altKey && event.target.value === entered && grid.undo();
  if (chord) return key.toLowerCase() === "l" && !shiftKey && !altKey && (grid.adopt(row) || true);
  if (altKey) return ["ArrowUp", "ArrowDown"].includes(key) && (grid.move(row, key === "ArrowUp" ? -1 : 1), true);
  if (shiftKey) return false;
  if (key === "ArrowUp" || key === "ArrowDown") return goVertically(row, cell, key === "ArrowUp" ? -1 : 1);
  if (key !== "Enter") return false;
  if (!grid.goOn(row, cell)) leaveGrid();
  return true;
}

table.addEventListener("keydown", (event) => {
  if (isComposing(event) || !event.target.dataset.cell) return;
  const ours = (event.target.dataset.cell === "name" && suggest.key(event)) || keyInCell(event);
  if (!ours) return;
  event.preventDefault();
  event.stopPropagation();
});

// Enter in a header field goes on instead of saving half an order.
form.addEventListener("keydown", (event) => {
  const { target, key } = event;
  if (key !== "Enter" || event.defaultPrevented || isComposing(event) || event.ctrlKey || event.metaKey || event.altKey) return;
  if (!target.matches("input, select") || table.contains(target)) return;
  event.preventDefault();
  const stops = [...form.querySelectorAll("input:not([type=hidden]), select, textarea")].filter(
    (stop) => stop.getClientRects().length && stop.tabIndex >= 0 && !stop.disabled,
  );
  stops[stops.indexOf(target) + 1]?.focus();
});

// ---- mouse and touch -------------------------------------------------------------------------------------------------

table.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  const row = button && grid.rowOf(button);
  if (!row) return;
  const { mend, value, remove, adopt } = button.dataset;
  if (remove !== undefined) grid.remove(row);
  if (adopt && grid.adopt(row, adopt)) grid.focus(row, "quantity");
  if (mend) {
    grid.write(row, mend, value);
    grid.focus(row, mend);
    grid.changed(row);
  }
});

grid.undoButton.addEventListener("click", () => grid.undo());

form.querySelector("[data-add-row]").addEventListener("click", (event) => {
  event.preventDefault();
  const last = grid.rows.at(-1);
  grid.focus(grid.isBlank(last) ? last : grid.add(), "name");
});

document.querySelectorAll("a[data-jump]").forEach((link) => link.addEventListener("click", (event) => {
  const target = document.getElementById(link.hash.slice(1));
  if (!target) return;
  event.preventDefault();
  (target.tomselect ?? target).focus();
  (target.tomselect?.wrapper ?? target).scrollIntoView({ block: "center" });
}));

// ---- rows from a spreadsheet -----------------------------------------------------------------------------------------

table.addEventListener("paste", async (event) => {
  if (!event.target.dataset.cell) return;
  const text = event.clipboardData.getData("text/plain");
  if (cellsIn(text).length > Number(form.dataset.mostLines)) {
    event.preventDefault();
    document.getElementById("pasted").textContent = form.dataset.tooMany;
    return;
  }
  const rows = paste(grid, event.target, text);
  if (!rows) return;
  event.preventDefault();
  suggest.left();
  rows.forEach((row) => grid.changed(row));
  const keys = new Set(rows.map((row) => row.dataset.key));
  grid.focus(grid.rows.at(-1), "name");
  const answer = await totals.ask();
  feasible.schedule();
  const judged = (answer?.lines ?? []).filter((line) => keys.has(line.key));
  const faulty = judged.flatMap((line) => Object.keys(line.faults)).length;
  const lacking = new Set(judged.filter((line) => Object.keys(line.missing).length).map((line) => line.key));
  const said = form.dataset.pasted.replace("{rows}", rows.length);
  const unsaid = faulty ? form.dataset.faulty.replace("{cells}", faulty) : "";
  const marked = rows.filter((row) => "whole" in row.dataset && lacking.has(row.dataset.key));
  const numbers = marked.map((row) => row.querySelector("[data-number]").textContent);
  const incomplete = numbers.length ? form.dataset.incomplete.replace("{lines}", numbers.join(form.dataset.comma)) : "";
  document.getElementById("pasted").textContent = said + unsaid + incomplete;
});

// ---- the customer ----------------------------------------------------------------------------------------------------

// Another customer brings its own contact, address and terms: the server fills them in, everything typed stays.
form.elements.customer.addEventListener("change", () => {
  if (form.elements.customer.value) form.requestSubmit(form.elements.use_customer);
});

// ---- how the page opens ----------------------------------------------------------------------------------------------

if ("touched" in form.dataset) grid.changed(grid.rows[0]);
if (grid.rows.some((row) => !grid.isBlank(row))) totals.ask();
feasible.schedule();

function firstStop() {
  const { customer, promised_date: promised } = form.elements;
  const wrong = form.querySelector("[aria-invalid]:not(.ts-wrapper *)");
  if (wrong) return wrong;
  if (!customer.value) return customer;
  return promised.value ? grid.cell(grid.rows.at(-1), "name") : promised;
}

// The list of customers opens once somebody asks for it, by key, click or typing: on load it would cover the form.
function focusQuietly(select) {
  select.settings.openOnFocus = false;
  select.focus();
  // What it has loaded it opens with, and opening focuses it once more.
  const close = () => {
    select.off("load", close);
    if (!select.control_input.value) select.close();
    setTimeout(() => { select.settings.openOnFocus = true; });
  };
  select.on("load", close);
}

// After select.js has turned the customer's box into a type-ahead.
window.addEventListener("load", () => {
  const stop = firstStop();
  if (stop.tomselect) focusQuietly(stop.tomselect);
  else stop.focus();
});
