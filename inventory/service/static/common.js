/* What every screen needs: asking the server, saying what became of it, undo, the open page's sign of life. */
"use strict";
(() => {
  const texts = JSON.parse(document.getElementById("texts").textContent);
  const form = document.querySelector("meta[name=csrf]").content;
  /* the cookie goes first: whoever logs in anew in another window goes on here without losing what was typed */
  const csrf = () => /(?:^|; )csrftoken=([^;]+)/.exec(document.cookie)?.[1] || form;
  const service = document.querySelector("meta[name=face]") !== null;
  const lost = service ? texts.offline : texts.lost;
  const saved = document.getElementById("saved");

  function say(text, bad) {
    if (!saved) return;
    saved.textContent = text;
    saved.classList.toggle("bad", !!bad);
  }

  let asked = 0;  // questions that the server has not answered yet; said to whoever listens to the page instead of seeing it
  async function ask(path, given) {
    document.body.setAttribute("aria-busy", String(++asked > 0));
    try { return await answered(path, given); } finally { document.body.setAttribute("aria-busy", String(--asked > 0)); }
  }

  async function answered(path, given) {
    const options = given === undefined ? {} : given instanceof FormData
      ? { method: "POST", headers: { "X-CSRFToken": csrf() }, body: given }
      : { method: "POST", headers: { "X-CSRFToken": csrf(), "Content-Type": "application/json" }, body: JSON.stringify(given) };
    let response;
    try { response = await fetch(path, options); } catch { say(lost, true); return { ok: false, status: 0, data: { problems: [lost] } }; }
    let data = {};
    try { data = await response.json(); } catch { data = { problems: [response.status === 413 ? texts.too_large : texts.failed + " (" + response.status + ")"] }; }
    return { ok: response.ok, status: response.status, data };
  }

  function element(name, className, text) {
    const made = document.createElement(name);
    if (className) made.className = className;
    if (text !== undefined) made.textContent = text;
    return made;
  }

  function counts(data) {
    const badge = document.getElementById("menu-count");
    if (badge && data.errors !== undefined) {
      const n = data.errors || data.warnings;
      badge.textContent = n;
      badge.hidden = !n;
      badge.classList.toggle("grave", data.errors > 0);
    }
    for (const name of ["undo", "redo"]) {
      const button = document.getElementById(name);
      if (button && data[name] !== undefined) button.disabled = !data[name];
    }
  }

  function refusals(place, lines) {
    place.replaceChildren(...(lines || []).map(line => element(place.tagName === "UL" ? "li" : "span", "", line)));
  }

  async function step(name) {
    const answer = await ask(document.getElementById(name).dataset.path || "/api/" + name, {});
    if (!answer.ok) return say(texts.failed, true);
    counts(answer.data);
    const event = new CustomEvent("stepped", { detail: answer.data, cancelable: true });
    if (document.dispatchEvent(event)) location.reload();
  }
  for (const name of ["undo", "redo"]) document.getElementById(name)?.addEventListener("click", () => step(name));
  document.addEventListener("keydown", event => {
    const typing = /^(INPUT|TEXTAREA|SELECT)$/.test(document.activeElement?.tagName || "");
    if (typing || !(event.ctrlKey || event.metaKey)) return;
    const name = event.key === "z" && !event.shiftKey ? "undo" : event.key === "y" || (event.key.toLowerCase() === "z" && event.shiftKey) ? "redo" : "";
    if (name && document.getElementById(name) && !document.getElementById(name).disabled) { event.preventDefault(); event.stopImmediatePropagation(); step(name); }
  }, true);
  const person = document.getElementById("person");
  person?.addEventListener("change", async () => say((await ask("/api/person", { name: person.value })).ok ? texts.saved : texts.failed));
  for (const select of document.querySelectorAll("select.go")) select.addEventListener("change", () => select.form.submit());
  const older = document.getElementById("older");
  older?.addEventListener("change", () => { document.getElementById("older-name").textContent = older.files[0]?.name || ""; });
  if (person) setInterval(() => ask("/api/ping"), 60000);
  window.page = { texts, ask, element, say, counts, refusals };
})();
