"use strict";
(() => {
  const { ask, element, texts, say } = page;
  const drop = document.getElementById("drop"), input = document.getElementById("files"), told = document.getElementById("upload-told");
  async function send(files, replace) {
    if (!files.length) return;
    say(texts.uploading);
    const form = new FormData();
    for (const file of files) form.append("files", file);
    if (replace) form.append("replace", "yes");
    const { ok, data } = await ask("/api/upload", form);
    const lines = (data.told || (data.problems || []).map(text => ({ text }))).map(item => {
      const line = element("li", "", item.text + " ");
      if (item.exists) {
        const button = element("button", "plain", texts.replace);
        button.type = "button";
        button.addEventListener("click", () => send([...files].filter(f => f.name === item.name), true));
        line.append(button);
      }
      return line;
    });
    told.replaceChildren(...lines);
    if (ok && data.kept.length && !lines.length) return location.reload();
    if (ok && data.kept.length) {
      const line = element("li", "good", data.kept.join("、") + " ✓ ");
      told.append(line);
    }
    say("");
  }
  input.addEventListener("change", () => send(input.files));
  for (const name of ["dragover", "dragenter"]) drop.addEventListener(name, event => { event.preventDefault(); drop.classList.add("over"); });
  for (const name of ["dragleave", "drop"]) drop.addEventListener(name, () => drop.classList.remove("over"));
  drop.addEventListener("drop", event => { event.preventDefault(); send(event.dataTransfer.files); });
})();
