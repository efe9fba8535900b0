/* One key a mark, arrows between people, running totals. The form works without it. */
(() => {
  "use strict";
  const form = document.querySelector("[data-marks]");
  if (!form) return;
  const rows = [...form.querySelectorAll("[data-row]")];
  const radios = (row) => [...row.querySelectorAll('input[type="radio"]')];
  const chosen = (row) => radios(row).find((radio) => radio.checked);
  const isLocked = rows.length > 0 && radios(rows[0])[0].disabled;
  const fills = document.querySelectorAll("[data-fill]");

  const refresh = () => {
    const counts = {};
    rows.forEach((row) => {
      const mark = chosen(row);
      const word = row.querySelector("[data-word-of-row]");
      counts[mark ? mark.value : ""] = (counts[mark ? mark.value : ""] || 0) + 1;
      word.textContent = mark ? mark.dataset.word : word.dataset.blankWord;
    });
    document.querySelectorAll("[data-total]").forEach((total) => {
      total.textContent = counts[total.dataset.total] || 0;
    });
    document.querySelectorAll("[data-blank-count]").forEach((count) => {
      count.textContent = counts[""] || 0;
    });
    fills.forEach((button) => {
      button.hidden = isLocked || !counts[""];
    });
  };

  const goTo = (index) => {
    const row = rows[Math.min(Math.max(index, 0), rows.length - 1)];
    (chosen(row) || radios(row)[0]).focus();
  };

  const mark = (row, code) => {
    const radio = radios(row).find((one) => one.value === code);
    if (!radio || radio.disabled) return;
    radio.checked = true;
    form.dataset.dirty = "yes";
    refresh();
    goTo(rows.indexOf(row) + 1);
  };

  form.addEventListener("keydown", (event) => {
    const row = event.target.closest("[data-row]");
    if (!row || event.ctrlKey || event.altKey || event.metaKey || event.target.matches("select")) return;
    const key = event.key.toUpperCase();
    if ("HSIAT".includes(key) && key.length === 1) {
      event.preventDefault();
      mark(row, key);
    } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      goTo(rows.indexOf(row) + (event.key === "ArrowDown" ? 1 : -1));
    }
  });

  form.addEventListener("change", () => {
    form.dataset.dirty = "yes";
    refresh();
  });

  fills.forEach((button) =>
    button.addEventListener("click", () => {
      rows.filter((row) => !chosen(row)).forEach((row) => (radios(row)[0].checked = true));
      form.dataset.dirty = "yes";
      refresh();
    }),
  );

  form.addEventListener("submit", () => {
    delete form.dataset.dirty;
  });
  window.addEventListener("beforeunload", (event) => {
    if (form.dataset.dirty) event.preventDefault();
  });

  refresh();
  if (!isLocked) goTo(Math.max(rows.findIndex((row) => !chosen(row)), 0));
})();
