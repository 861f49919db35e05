// What a receipt pays: shares it out over the instalments, what is due first, first, until somebody shares it out by
// hand, and says what is left. Without this the server proposes, and the shares are typed.

const cents = (text) => Math.round(Number(text.replace(/[,，¥\s]/g, "")) * 100) || 0;
const shown = (amount) => (amount / 100).toLocaleString("en-US", { minimumFractionDigits: 2 });

for (const table of document.querySelectorAll("[data-shares]")) {
  const form = table.closest("form");
  const amount = form.querySelector("[name=amount]");
  const seen = form.querySelector("[name=shared]");
  const rows = [...table.querySelectorAll("[data-unpaid]")];
  const boxes = rows.map((row) => row.querySelector("input"));
  const left = table.querySelector("[data-left]");
  const whole = () => cents(amount ? amount.value : table.dataset.available);
  let byHand = boxes.some((box) => box.value);

  const count = () => {
    const rest = whole() - boxes.reduce((sum, box) => sum + cents(box.value), 0);
    left.textContent = shown(rest);
    left.classList.toggle("late", rest < 0);
  };
  const share = (kind) => {
    let rest = kind === "due" ? whole() : 0;
    rows.forEach((row, place) => {
      const part = Math.max(0, Math.min(rest, cents(row.dataset.unpaid)));
      boxes[place].value = part ? shown(part) : "";
      rest -= part;
    });
    count();
  };

  if (seen) seen.value = "1";
  left.parentElement.hidden = false;
  for (const button of table.querySelectorAll("[data-share]")) {
    button.hidden = false;
    button.addEventListener("click", () => {
      byHand = button.dataset.share === "none";
      share(button.dataset.share);
    });
  }
  amount?.addEventListener("input", () => (byHand ? count() : share("due")));
  for (const box of boxes) {
    box.addEventListener("input", () => {
      byHand = true;
      count();
    });
  }
  count();
}
