// <form data-autosave="/path/of/the/page/"> keeps itself: in the browser within a second, on the server within a few, until
// it is saved. What was not saved is offered when the page opens again: the newer of what the two have kept.

import { PATIENCE, ask, currentToken, underWay } from "./login-again.js";
import { all, drop, dropSaved, keep } from "./kept.js";

const WAIT = 700; // milliseconds after the last key until the browser has it
const SEND = 1500; // and the server
const LONGEST = 6000; // however fast somebody types on
const UNTYPED = ["csrfmiddlewaretoken", "page_of"];
const GIVEN = [...UNTYPED, "token", "version", "order_date"]; // what stands there before anybody types

export class Autosave {
  constructor(form) {
    this.form = form;
    this.says = document.getElementById("autosaved");
    this.offer = document.getElementById("autosave-offer");
    for (const change of ["input", "change"]) form.addEventListener(change, () => this.schedule());
    form.addEventListener("submit", () => this.pause());
    form.addEventListener("stored", () => this.stored());
    form.addEventListener("away", () => this.away());
    window.addEventListener("pagehide", () => this.keepHere());
    window.addEventListener("online", () => this.unsent && this.send());
    if ("touched" in form.dataset) this.schedule();
    else this.propose();
  }

  // A form of something new is known by its token as well.
  get #begun() {
    const { autosaveBy } = this.form.dataset;
    return autosaveBy ? this.form.elements[autosaveBy].value : "";
  }

  get #page() {
    return `${document.getElementById("login-again").dataset.person}:${this.form.dataset.autosave}`;
  }

  get name() {
    return `${this.#page}:${this.#begun}`;
  }

  get entries() {
    return [...new FormData(this.form)].filter(([name, value]) => !UNTYPED.includes(name) && typeof value === "string");
  }

  // ---- keeping ----

  schedule() {
    this.offer.hidden = true;
    this.unsent ||= Date.now();
    this.says.setAttribute("aria-busy", "true"); // until the server has the last letter
    clearTimeout(this.here);
    this.here = setTimeout(() => this.keepHere(), WAIT);
    clearTimeout(this.there);
    this.there = setTimeout(() => this.send(), Math.max(0, Math.min(SEND, this.unsent + LONGEST - Date.now())));
  }

  keepHere() {
    clearTimeout(this.here);
    if (!this.unsent) return;
    if (!keep(this.name, this.entries)) this.#say("failed");
    else if (this.isAway) this.#say("here");
  }

  // One after the other; what changes meanwhile is sent next.
  async send() {
    clearTimeout(this.there);
    if (this.request || !this.unsent || this.paused) return;
    const { entries, name } = this;
    this.unsent = null;
    this.request = this.#post(entries);
    underWay.add(this.request);
    const time = await this.request.catch(() => null);
    underWay.delete(this.request);
    this.request = null;
    if (this.name !== name) return; // stored meanwhile
    this.isAway = !time;
    if (!time) this.unsent ||= Date.now();
    keep(name, time && !this.unsent ? entries : this.entries, Boolean(time) && !this.unsent);
    this.#say(time ? "done" : "here", time);
    if (this.unsent) this.there = setTimeout(() => this.send(), time ? SEND : LONGEST);
  }

  async #post(entries) {
    const body = new URLSearchParams(entries);
    const more = { "autosave-page": this.form.dataset.autosave, "autosave-form": this.#begun };
    for (const [name, value] of Object.entries({ ...more, csrfmiddlewaretoken: currentToken() })) body.set(name, value);
    const answer = await ask(this.offer.dataset.url, { method: "POST", body, signal: AbortSignal.timeout(PATIENCE) });
    return answer.ok ? (await answer.json()).time : null;
  }

  #say(what, time = this.#read(Date.now(), { timeStyle: "short" })) {
    this.says.textContent = this.says.dataset[what].replace("{time}", time);
    if (!this.unsent) this.says.removeAttribute("aria-busy");
  }

  // A moment as the server would say it, wherever the browser is.
  #read(moment, style) {
    const { zone: timeZone } = this.says.dataset;
    return new Date(moment).toLocaleString(document.documentElement.lang, { ...style, timeZone, hourCycle: "h23" });
  }

  // The form is on its way: nothing of it may arrive after it.
  pause() {
    this.keepHere();
    clearTimeout(this.there);
    this.paused = true;
    setTimeout(() => { this.paused = false; }, LONGEST);
  }

  // The server has stored it.
  stored() {
    clearTimeout(this.here);
    clearTimeout(this.there);
    this.unsent = null;
    this.paused = false;
    dropSaved();
    drop(this.name);
    this.says.textContent = "";
    this.says.removeAttribute("aria-busy");
  }

  // The server did not answer: what was typed stays on the page and in the browser.
  away() {
    this.unsent ||= Date.now();
    this.keepHere();
    this.#say("away");
    this.there = setTimeout(() => this.send(), LONGEST);
  }

  // ---- bringing it back ----

  propose() {
    const start = this.form.dataset.autosaveBy ? `${this.#page}:` : this.name;
    const found = all(start).find(({ entries, sent }) => !sent && this.#differs(entries));
    const { age, form } = this.offer.dataset;
    if (!found || (age && Number(age) < (Date.now() - found.at) / 1000)) return;
    const when = this.#read(found.at, { dateStyle: "short", timeStyle: "short" });
    this.offer.querySelector("[data-sentence]").textContent = this.offer.dataset.here.replace("{when}", when);
    this.offer.querySelector("[data-restore-form]").addEventListener("submit", (event) => this.#restore(event, found.entries));
    this.offer.querySelector("[data-discard-form]").addEventListener("submit", (event) => {
      drop(found.name);
      if (age && found.name === `${this.#page}:${form}`) return; // the server drops its older one
      event.preventDefault();
      this.offer.hidden = true;
    });
    this.offer.hidden = false;
  }

  #differs(entries) {
    const said = (pairs) => JSON.stringify(pairs.filter(([name, value]) => value && !GIVEN.includes(name)));
    return said(entries) !== said(this.entries);
  }

  // The server makes the page from what the browser has kept.
  #restore(event, entries) {
    const form = event.target;
    form.elements.autosave.remove();
    for (const [name, value] of [...entries, ["autosave-page", this.form.dataset.autosave]]) {
      const field = document.createElement("textarea");
      field.name = name;
      field.value = value;
      field.hidden = true;
      form.append(field);
    }
  }
}
