"use strict";
(() => {
  const { ask, element, texts, say } = page;
  const drop = document.getElementById("drop"), input = document.getElementById("files"), folder = document.getElementById("folder"), refusals = document.getElementById("upload-refusals");
  const suffixes = input.accept.split(",");
  async function send(files, replace) {
    if (!files.length) return;
    say(texts.uploading);
    const form = new FormData();
    for (const file of files) form.append("files", file);
    if (replace) form.append("replace", "yes");
    const { ok, data } = await ask("/api/upload", form);
    const lines = (data.refusals || (data.problems || []).map(text => ({ text }))).map(item => {
      const line = element("li", "", item.text + " ");
      if (item.exists) {
        const button = element("button", "plain", texts.replace);
        button.type = "button";
        button.addEventListener("click", () => send([...files].filter(f => f.name === item.name), true));
        line.append(button);
      }
      return line;
    });
    refusals.replaceChildren(...lines);
    if (ok && data.kept.length && !lines.length) return location.reload();
    if (ok && data.kept.length) {
      const line = element("li", "good", data.kept.join("、") + " ✓ ");
      refusals.append(line);
    }
    say("");
  }
  /* of a folder only what can be read as a table; hidden files and lock files of Excel and WPS are left */
  function tables(files) {
    return [...files].filter(f => !/^(\.|~\$)/.test(f.name) && suffixes.some(s => f.name.toLowerCase().endsWith(s)));
  }
  async function inside(entry) {
    if (entry.isFile) return [await new Promise((resolve, reject) => entry.file(resolve, reject))];
    const reader = entry.createReader(), files = [];
    for (;;) {
      const some = await new Promise((resolve, reject) => reader.readEntries(resolve, reject));
      if (!some.length) return tables(files);
      for (const one of some) files.push(...await inside(one));
    }
  }
  async function dropped(transfer) {
    const entries = [...transfer.items].map(item => item.webkitGetAsEntry?.()).filter(Boolean);
    if (!entries.some(entry => entry.isDirectory)) return send(transfer.files);
    send((await Promise.all(entries.map(inside))).flat());
  }
  input.addEventListener("change", () => send(input.files));
  folder.addEventListener("change", () => send(tables(folder.files)));
  for (const name of ["dragover", "dragenter"]) drop.addEventListener(name, event => { event.preventDefault(); drop.classList.add("over"); });
  for (const name of ["dragleave", "drop"]) drop.addEventListener(name, () => drop.classList.remove("over"));
  drop.addEventListener("drop", event => { event.preventDefault(); dropped(event.dataTransfer); });
})();
