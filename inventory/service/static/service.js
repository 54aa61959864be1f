"use strict";
/* the cell of a department's report that stands behind a figure */
const reports = JSON.parse(document.getElementById("reports")?.textContent || "{}");
const toReport = (file, sheet, cell) => reports[file] ? "/report/" + reports[file] + "#" + encodeURIComponent(sheet + "!" + cell) : "";
for (const input of document.querySelectorAll("input.auto-submit")) input.addEventListener("change", () => input.form.submit());
for (const button of document.querySelectorAll("button.why[data-url]")) button.addEventListener("click", async () => {
  const { ask, texts, element } = page, tree = document.getElementById("tree");
  tree.textContent = texts.loading;
  const { ok, data } = await ask(button.dataset.url);
  tree.replaceChildren(ok ? reasonTree(data.tree, toReport) : element("p", "refusals", (data.problems || [texts.failed]).join(page.texts.semi)));
  tree.closest("section").scrollTop = 0;
});
/* what cannot be undone is asked first */
for (const button of document.querySelectorAll("button[data-sure]")) button.addEventListener("click", event => { if (!confirm(button.dataset.sure)) event.preventDefault(); });
/* a job that is under way: look again until it is done */
if (document.querySelector("[data-waiting]")) setTimeout(() => location.reload(), 3000);
document.getElementById("check-all")?.addEventListener("change", event => {
  for (const box of document.querySelectorAll("input[name=report]")) box.checked = event.target.checked;
});
