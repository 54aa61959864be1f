"use strict";
for (const input of document.querySelectorAll("input.auto-submit")) input.addEventListener("change", () => input.form.submit());
for (const button of document.querySelectorAll("button.why[data-url]")) button.addEventListener("click", async () => {
  const answer = await fetch(button.dataset.url);
  if (answer.ok) document.getElementById("tree").replaceChildren(reasonTree((await answer.json()).tree, false));
});
