// The boxes of a place follow each other: cities of the province, districts of the city; an address pasted whole is parted.
// The server knows the places. Without this module it parts and completes them on saving.

import { ask } from "./login-again.js";

const BOXES = ["province", "city", "district", "address"];
const LISTS = { cities: "city-names", districts: "district-names" };
const box = (name) => document.getElementById(`id_${name}`);
const url = document.querySelector("[data-places]").dataset.places;
let latest = 0;

function offer(list, names) {
  document.getElementById(list).replaceChildren(...names.map((name) => new Option(name, name)));
}

async function follow(changed) {
  const turn = ++latest;
  const sent = Object.fromEntries(BOXES.map((name) => [name, box(name).value]));
  const answer = await ask(`${url}?${new URLSearchParams({ ...sent, changed })}`).catch(() => null);
  if (!answer?.ok || turn !== latest) return;
  const found = await answer.json();
  for (const [key, list] of Object.entries(LISTS)) offer(list, found[key]);
  // Whoever went on typing meanwhile is not disturbed.
  if (BOXES.some((name) => box(name).value !== sent[name])) return;
  for (const name of BOXES.filter((each) => found[each] !== sent[each])) {
    box(name).value = found[name];
    box(name).dispatchEvent(new Event("input", { bubbles: true }));
  }
}

for (const name of BOXES) box(name).addEventListener("change", () => follow(name));
