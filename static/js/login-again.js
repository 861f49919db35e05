// The login is gone, or another one has begun, while a page is open: logging in again happens over the page, and what was
// asked for goes on with a fresh token. What a person does opens the dialog; what the page asks by itself shows it beside
// the page, so that nobody types into it by accident.

const dialog = document.getElementById("login-again");
const place = (name) => dialog.querySelector(`[data-${name}]`);
const GONE = 401;
export const PATIENCE = 15_000; // milliseconds until the server counts as away

let waiting = null; // the login that is under way
let finish = null; // ends it: whether the person is logged in
let urgent = false; // the dialog belongs before the page, not beside it
let refused = false; // somebody closed the dialog: the page itself asks no more

export const isGone = (status) => status === GONE && Boolean(dialog);

// fetch for scripts of ours: says that a script asks, and tries once more after a login.
export async function ask(url, { byPerson = false, ...options } = {}) {
  const headers = { "X-Requested-With": "fetch", ...options.headers };
  const answer = await fetch(url, { ...options, headers });
  if (!isGone(answer.status) || !(await loggedInAgain(byPerson))) return answer;
  if (options.body?.set) options.body.set("csrfmiddlewaretoken", currentToken());
  return fetch(url, { ...options, headers });
}

// Whether the person of this page is logged in now; asks them when not.
export function loggedInAgain(byPerson) {
  if (refused && !byPerson) return Promise.resolve(false);
  urgent ||= byPerson;
  waiting ??= look().finally(() => { waiting = finish = null; urgent = false; });
  if (urgent && dialog.open && !dialog.matches(":modal")) {
    dialog.close();
    dialog.showModal();
  }
  return waiting;
}

async function look() {
  const person = await whoIsLoggedIn();
  return person === dialog.dataset.person || open(person);
}

async function whoIsLoggedIn() {
  const signal = AbortSignal.timeout(PATIENCE);
  const answer = await fetch(dialog.dataset.url, { headers: { "X-Requested-With": "fetch" }, signal });
  if (!answer.ok) throw new Error(answer.statusText);
  const { person, token } = await answer.json();
  take(token);
  return person;
}

function take(token) {
  dialog.dataset.token = token;
  document.querySelectorAll("[name=csrfmiddlewaretoken]").forEach((field) => { field.value = token; });
  document.body.setAttribute("hx-headers", JSON.stringify({ "X-CSRFToken": token }));
}

export const currentToken = () => dialog?.dataset.token || document.querySelector("[name=csrfmiddlewaretoken]").value;

function open(other) {
  place("why").textContent = other ? dialog.dataset.other : dialog.dataset.gone;
  place("mistake").textContent = "";
  const focused = document.activeElement;
  if (urgent) dialog.showModal();
  else {
    dialog.show();
    focused?.focus({ preventScroll: true });
  }
  return new Promise((resolve) => {
    finish = (done) => {
      refused = !done;
      dialog.close();
      resolve(done);
    };
  });
}

async function send(form) {
  const body = new URLSearchParams(new FormData(form));
  body.set("csrfmiddlewaretoken", currentToken());
  body.set("page_of", dialog.dataset.person);
  const answer = await fetch(dialog.dataset.url, { method: "POST", body, headers: { "X-Requested-With": "fetch" } });
  if (answer.ok) {
    take((await answer.json()).token);
    finish(true);
  } else if (answer.status === 429) {
    place("mistake").textContent = dialog.dataset.locked;
  } else if (isGone(answer.status) && (await whoIsLoggedIn()) === dialog.dataset.person) {
    finish(true); // in another tab
  } else {
    const { sentence, token } = await answer.json();
    take(token);
    place("mistake").textContent = sentence;
  }
}

dialog?.querySelector("form").addEventListener("submit", async (event) => {
  event.preventDefault();
  const password = event.target.elements.password;
  try {
    await send(event.target);
  } catch {
    place("mistake").textContent = dialog.dataset.away;
  }
  password.value = "";
  if (dialog.open) password.focus();
});
dialog?.querySelector("[data-later]").addEventListener("click", () => finish(false));
dialog?.addEventListener("cancel", (event) => {
  event.preventDefault();
  finish(false);
});

// ---- forms: before one is sent, the login is looked after, so that neither page nor files are given up in vain -------------

// Whether a form may be sent now. Without an answer of the server it is not: the page stays as it is.
export async function mayBeSent() {
  return (await settled()) && loggedInAgain(true);
}

// Waits for what must arrive before a form; false when that waits for a login, and the login was refused.
export async function settled() {
  if (waiting && !(await loggedInAgain(true))) return false;
  await Promise.allSettled(underWay);
  return true;
}

export const underWay = new Set(); // requests that must not arrive after the form
