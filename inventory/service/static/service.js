"use strict";
for (const input of document.querySelectorAll("input.auto-submit")) input.addEventListener("change", () => input.form.submit());
