// Forms that keep themselves in the browser until the server has them: by person and form, the newest few, for a month.
// Nothing here knows passwords: only a form that asks for it is kept.

const HOME = "typed:";
const MOST = 20;
const LASTS = 30 * 24 * 60 * 60 * 1000;
const SAVED = "form-saved"; // the cookie with which the server says what it has stored

// ``sent``: whether the server has the same.
export function keep(name, entries, sent = false) {
  const text = JSON.stringify({ at: Date.now(), entries, sent });
  try {
    localStorage.setItem(HOME + name, text);
  } catch {
    return false; // full, or forbidden by the browser
  }
  all().slice(MOST).forEach((old) => drop(old.name));
  return true;
}

export function drop(name) {
  try {
    localStorage.removeItem(HOME + name);
  } catch {
    // forbidden by the browser, so there is nothing
  }
}

// What is kept under names that begin so, the newest first.
export function all(start = "") {
  try {
    return Object.keys(localStorage).filter((name) => name.startsWith(HOME + start))
      .map((name) => ({ name: name.slice(HOME.length), ...JSON.parse(localStorage.getItem(name)) }))
      .sort((one, other) => other.at - one.at);
  } catch {
    return [];
  }
}

// What the server has stored is kept no longer.
export function dropSaved() {
  const found = document.cookie.split("; ").find((cookie) => cookie.startsWith(`${SAVED}=`));
  if (!found) return;
  document.cookie = `${SAVED}=; path=/; max-age=0`;
  const saved = decodeURIComponent(found.slice(SAVED.length + 1));
  all().filter(({ name }) => name === saved).forEach(({ name }) => drop(name));
}

dropSaved();
all().filter(({ at }) => Date.now() - at > LASTS).forEach(({ name }) => drop(name));
