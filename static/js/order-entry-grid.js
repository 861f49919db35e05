// The line grid: rows and cells, the sentences below them, and prices on offer. A row is <tr class="line">; sentences about
// it are the <tr class="row-msg"> that follow.

const LINE = "tr.line";
export const FIELDS = ["name", "specification", "quantity", "unit", "unit_price", "discount", "tax_rate", "special_demand"];
const KINDS = ["agreed", "offer"]; // what is agreed with the customer, and one price more
const PARTS = ["Label", "Price", "Discount", "Note"];
const NEEDED = ["name", "quantity", "unit_price"];

export class Grid {
  constructor(table, { blank, icons, words, undo }) {
    this.table = table;
    this.removed = []; // rows that were deleted, each with its place, the last one last
    this.undoButton = undo;
    this.body = table.tBodies[0];
    this.blank = blank.content.querySelector(LINE);
    [this.alertIcon, this.infoIcon] = icons.content.children;
    this.words = words;
    this.lastKey = Math.max(-1, ...this.rows.map((row) => Number(row.dataset.key)));
    table.classList.add("is-live");
    while (this.rows.length > 1 && this.rows.slice(-2).every((row) => this.isBlank(row))) this.rows.at(-1).remove();
    if (!this.rows.length || !this.isBlank(this.rows.at(-1))) this.add();
  }

  // ---- rows and cells ----

  get rows() {
    return [...this.body.querySelectorAll(LINE)];
  }

  cell(row, name) {
    return row.querySelector(`[data-cell="${name}"]`);
  }

  text(row, name) {
    return this.cell(row, name).value.trim();
  }

  write(row, name, text) {
    this.cell(row, name).value = text;
  }

  rowOf(element) {
    let row = element?.closest?.("tr");
    while (row && !row.matches(LINE)) row = row.previousElementSibling;
    return row && this.body.contains(row) ? row : null;
  }

  rowWith(key) {
    return this.body.querySelector(`${LINE}[data-key="${key}"]`);
  }

  next(row) {
    return this.rows[this.rows.indexOf(row) + 1] ?? null;
  }

  previous(row) {
    return this.rows[this.rows.indexOf(row) - 1] ?? null;
  }

  isBlank(row) {
    return FIELDS.every((name) => !this.text(row, name));
  }

  // The row with the sentences below it.
  #block(row) {
    const block = [row];
    while (block.at(-1).nextElementSibling?.matches(".row-msg")) block.push(block.at(-1).nextElementSibling);
    return block;
  }

  add(after = null) {
    const row = this.blank.cloneNode(true);
    this.lastKey += 1;
    for (const element of [row, ...row.querySelectorAll("*")]) {
      for (const { name, value } of [...element.attributes]) {
        if (value.includes("__key__")) element.setAttribute(name, value.replaceAll("__key__", this.lastKey));
      }
    }
    if (after) this.#block(after).at(-1).after(row);
    else this.body.append(row);
    this.#renumber();
    return row;
  }

  remove(row) {
    const neighbour = this.next(row) ?? this.previous(row);
    const block = this.#block(row);
    if (!this.isBlank(row)) this.removed.push({ place: this.rows.indexOf(row), block });
    block.forEach((part) => part.remove());
    this.undoButton.hidden = !this.removed.length;
    const left = neighbour ?? this.add();
    this.#renumber();
    this.focus(left, "name");
    this.changed(left);
  }

  // The row that was deleted last stands at its place again.
  undo() {
    const last = this.removed.pop();
    if (!last) return false;
    const { place, block } = last;
    const below = this.rows[place];
    if (below) below.before(...block);
    else this.body.append(...block);
    this.undoButton.hidden = !this.removed.length;
    this.#renumber();
    this.focus(block[0], "name");
    this.changed(block[0]);
    return true;
  }

  move(row, step) {
    const other = step < 0 ? this.previous(row) : this.next(row);
    if (!other) return;
    const focused = document.activeElement;
    if (step < 0) other.before(...this.#block(row));
    else this.#block(other).at(-1).after(...this.#block(row));
    focused?.focus();
    this.#renumber();
    this.changed(row);
  }

  #renumber() {
    this.rows.forEach((row, index) => {
      const number = String(index + 1);
      row.querySelector("[data-number]").textContent = number;
      const pairs = [[row.querySelector("[data-remove]"), this.blank.querySelector("[data-remove]")]];
      for (const name of FIELDS) pairs.push([this.cell(row, name), this.cell(this.blank, name)]);
      for (const [element, pattern] of pairs) {
        element.setAttribute("aria-label", pattern.getAttribute("aria-label").replace("0", number));
      }
    });
  }

  // Says that something in the grid is new: totals follow, and the page asks before it is left.
  changed(row) {
    row.classList.toggle("is-blank", this.isBlank(row));
    this.cell(row, "product").dispatchEvent(new Event("input", { bubbles: true }));
  }

  // ---- going from cell to cell ----

  focus(row, name) {
    const cell = this.cell(row, name);
    cell.focus();
    cell.select();
    cell.scrollIntoView({ block: "nearest" });
  }

  // Enter: to the next cell of the row that must not stay empty, then to the next row; at the end a row is added.
  goOn(row, name) {
    if (this.isBlank(row)) return false;
    const later = FIELDS.slice(FIELDS.indexOf(name) + 1);
    const empty = later.find((field) => NEEDED.includes(field) && !this.text(row, field));
    if (empty) this.focus(row, empty);
    else this.focus(this.next(row) ?? this.add(), "name");
    return true;
  }

  // ---- sentences and offers ----

  mark(row, faults) {
    const id = `err_lines-${row.dataset.key}`;
    for (const name of FIELDS) {
      const cell = this.cell(row, name);
      const wrong = name in faults;
      cell.parentElement.classList.toggle("bad", wrong);
      if (wrong) {
        cell.setAttribute("aria-invalid", "true");
        cell.setAttribute("aria-describedby", id);
      } else {
        cell.removeAttribute("aria-invalid");
        cell.removeAttribute("aria-describedby");
      }
    }
  }

  // Writes the sentences below a row anew, unless they are the same.
  say(row, { faults = {}, hint = "", offers = [] }) {
    const said = JSON.stringify([faults, hint, offers]);
    if (row.dataset.said === said) return;
    row.dataset.said = said;
    this.mark(row, faults);
    this.#block(row).slice(1).forEach((old) => old.remove());
    const sentences = [];
    if (Object.keys(faults).length) sentences.push(this.#faultRow(row, faults));
    if (hint) sentences.push(this.#messageRow([this.infoIcon.cloneNode(true), ` ${hint}`]));
    if (offers.length) sentences.push(this.#offerRow(offers));
    row.after(...sentences);
  }

  #messageRow(parts, css = "") {
    const message = document.createElement("tr");
    message.className = `row-msg ${css}`.trim();
    const words = document.createElement("td");
    words.colSpan = 10;
    words.append(...parts);
    message.append(document.createElement("td"), words);
    return message;
  }

  #faultRow(row, faults) {
    const parts = Object.entries(faults).flatMap(([cell, { sentence, mends }]) => {
      const said = [this.alertIcon.cloneNode(true), ` ${sentence} `];
      const choices = mends.map((mend) => this.#button(this.words.mend.replace("{value}", mend), { mend: cell, value: mend }));
      return [...said, ...choices.flatMap((choice) => [choice, " "])];
    });
    const message = this.#messageRow(parts, "row-err");
    message.lastElementChild.id = `err_lines-${row.dataset.key}`;
    return message;
  }

  // The prices on offer one behind the other; the key takes the first that the row does not have yet.
  #offerRow(offers) {
    const parts = offers.flatMap(({ kind, label, price, discount, note, taken }) => {
      const strong = document.createElement("b");
      strong.textContent = discount && discount !== "0" ? `${price} −${discount}%` : price;
      const use = taken ? [] : [" ", this.#button(this.words.use, { adopt: kind })];
      return [`${label} `, strong, ` ${note}`, ...use, "  "];
    });
    if (offers.some(({ taken }) => !taken)) {
      const key = document.createElement("kbd");
      key.className = "wide";
      key.textContent = "Ctrl L";
      parts.push(key);
    }
    return this.#messageRow(parts, "row-offer");
  }

  #button(text, data) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "btn-text";
    button.textContent = text;
    Object.assign(button.dataset, data);
    return button;
  }

  // The prices on offer for a row, the agreed one first; each is taken when a unit costs that, whatever the discount.
  offersOf(row) {
    const paid = netPrice(this.text(row, "unit_price"), this.text(row, "discount"));
    return KINDS.filter((kind) => row.dataset[`${kind}Price`]).map((kind) => {
      const [label, price, discount, note] = PARTS.map((part) => row.dataset[kind + part]);
      return { kind, label, price, discount, note, taken: paid === netPrice(price, discount) };
    });
  }

  // What is said of them below the row: all while somebody is in it, else the agreed price that it does not have.
  shownOffers(row, isHere) {
    const offers = this.offersOf(row);
    if (isHere) return offers.filter(({ kind, taken }) => kind === "agreed" || !taken);
    return offers.filter(({ kind, taken }) => kind === "agreed" && !taken && this.text(row, "unit_price"));
  }

  putOffer(row, kind, offer) {
    PARTS.forEach((part) => {
      if (offer) row.dataset[kind + part] = offer[part.toLowerCase()];
      else delete row.dataset[kind + part];
    });
  }

  adopt(row, wanted = "") {
    const offer = this.offersOf(row).find(({ kind, taken }) => (wanted ? kind === wanted : !taken));
    if (!offer) return false;
    this.write(row, "unit_price", offer.price);
    this.write(row, "discount", offer.discount);
    this.changed(row);
    return true;
  }
}

function plain(text) {
  return Number(String(text).replace(/[,%]/g, "")) || 0;
}

// As a unit price, with six decimals.
function netPrice(price, discount) {
  return (plain(price) * (1 - plain(discount) / 100)).toFixed(6);
}
