"use strict";
(() => {
  const form = document.getElementById("filter");
  if (!form) return;
  const [byClass, byCause, byText, told, nothing] =
    ["by-class", "by-cause", "by-text", "told", "nothing"].map((id) => document.getElementById(id));
  const groups = [...document.querySelectorAll(".group")].map((group) => ({
    group, rows: [...group.querySelectorAll("tbody tr")].map((row) => ({ row, text: row.textContent.toLowerCase() })),
  }));
  const sift = () => {
    const wanted = byText.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const { group, rows } of groups) {
      const chosen = !byClass.value || group.dataset.class === byClass.value;
      let mine = 0;
      for (const { row, text } of rows) {
        const fits = chosen && (!byCause.value || row.dataset.cause === byCause.value) &&
          wanted.every((word) => text.includes(word));
        row.hidden = !fits;
        mine += fits;
      }
      group.hidden = !mine;
      shown += mine;
    }
    told.textContent = `${String(shown).replace(/\B(?=(\d{3})+$)/g, "\u00a0")} shown`;
    nothing.hidden = shown > 0;
  };
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("input", sift);
  form.hidden = false;
  sift();
})();
