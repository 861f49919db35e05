// Planning a shipment: everything that is left, or nothing, in one go. Without this each quantity is typed.

for (const button of document.querySelectorAll("[data-fill]")) {
  button.hidden = false;
  button.addEventListener("click", () => {
    for (const row of document.querySelectorAll("[data-free]")) {
      const quantity = row.querySelector("input.num");
      quantity.value = button.dataset.fill === "all" ? String(Number(row.dataset.free)) : "0";
      quantity.dispatchEvent(new Event("input", { bubbles: true }));
    }
  });
}
