// Ctrl+S: the draft is stored while the cursor stays in its cell. What is refused, or not answered, takes the usual way.

import { isComposing } from "./composing.js";
import { ask, currentToken, settled } from "./login-again.js";

export class Save {
  constructor(form) {
    this.form = form;
    document.addEventListener("keydown", (event) => {
      const chord = (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey;
      if (!chord || event.key.toLowerCase() !== "s" || isComposing(event) || document.querySelector("dialog:modal")) return;
      event.preventDefault();
      event.stopPropagation();
      this.send();
    }, true);
  }

  async send() {
    if (this.sending || this.form.dataset.sent) return;
    this.sending = true;
    const sent = this.#said();
    const answer = await this.#ask();
    this.sending = false;
    if (!answer) this.form.requestSubmit(document.querySelector("[data-ctrl-s]"));
    else this.#show(answer, sent === this.#said());
  }

  #said() {
    const typed = [...new FormData(this.form)].filter(([name]) => name !== "csrfmiddlewaretoken");
    return new URLSearchParams(typed).toString();
  }

  async #ask() {
    if (!(await settled())) return { away: true };
    const body = new URLSearchParams(this.#said());
    const more = { save: "1", stay: "1", csrfmiddlewaretoken: currentToken() };
    for (const [name, value] of Object.entries(more)) body.set(name, value);
    try {
      const response = await ask(window.location.href, { method: "POST", body, byPerson: true });
      if (response.status >= 500 || response.status === 401) throw new Error(response.statusText);
      return response.ok && !response.redirected ? await response.json() : null;
    } catch {
      return { away: true };
    }
  }

  #show({ away, url, version, title, sentence }, unchanged) {
    const tell = (what) => this.form.dispatchEvent(new Event(what, { bubbles: true }));
    if (away) return tell("away");
    tell("stored");
    window.history.replaceState(null, "", url);
    this.form.dataset.autosave = url;
    delete this.form.dataset.autosaveBy;
    this.form.elements.version.value = version;
    tell(unchanged ? "saved" : "input");
    const note = document.getElementById("saved-note").content.firstElementChild.cloneNode(true);
    note.querySelector("span").textContent = sentence;
    document.getElementById("messages").replaceChildren(note);
    document.querySelector("h1").textContent = title;
    return null;
  }
}
