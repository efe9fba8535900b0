/* A scanned page under one's fingers: one key an answer, doubtful rows first. What the server does not have yet
   stays on this computer under the key of a person and a page: row numbers and codes, no names.
   The form works without it. */
(() => {
  "use strict";
  const form = document.querySelector("[data-scan]");
  if (!form || form.querySelector("fieldset").disabled) return;
  const key = `lapasapp.scan.${form.dataset.scan}`;
  const { present_count: count, count_note: note } = form.elements;
  const all = (selector, within = form) => [...within.querySelectorAll(selector)];

  const rows = all("[data-place]").map((li) => ({
    li,
    place: li.dataset.place,
    isDoubtful: "doubtful" in li.dataset,
    isContested: Boolean(li.querySelector(".mark-conflict")), // somebody else's mark beside the answer
    radios: all('input[type="radio"]', li),
    outline: document.querySelector(`[data-outline="${li.dataset.place}"]`),
  }));
  const rowOf = (element) => rows.find((row) => row.li.contains(element));
  const chosen = (row) => row.radios.find((radio) => radio.checked);
  const answerOf = (row) => chosen(row)?.value || "";
  const isOpen = (row) => row.isContested || !answerOf(row);
  const choose = (row, sign) => {
    row.radios.forEach((radio) => {
      radio.checked = radio.value === sign;
    });
    row.before = sign;
  };
  const isAnswered = "answered" in form.dataset; // the server sent back what was typed
  rows.forEach((row) => {
    row.before = answerOf(row);
    row.drawn = isAnswered ? "" : row.before;
  });

  /* What is kept here ------------------------------------------------------ */

  /* Another reading, another day, another officer's confirmation: these answers were about something else. */
  const seen = ["sheet", "day", "confirmed_at"].map((name) => form.elements[name].value).join(" ");

  const keep = () => {
    const changed = rows.filter((row) => answerOf(row) !== row.drawn);
    const answers = Object.fromEntries(changed.map((row) => [row.place, answerOf(row)]));
    try {
      localStorage.setItem(key, JSON.stringify({ seen, answers, count: count.value }));
    } catch {
      /* a full or forbidden store keeps nothing */
    }
  };

  const restore = () => {
    try {
      const kept = JSON.parse(localStorage.getItem(key));
      if (kept?.seen !== seen) return;
      rows.filter((row) => row.place in kept.answers).forEach((row) => choose(row, kept.answers[row.place]));
      count.value = kept.count;
    } catch {
      /* no store, nothing kept */
    }
  };

  /* What the page says ------------------------------------------------------ */

  const say = (element, text, state, isIt) => {
    if (!element) return;
    if (element.textContent !== text) element.textContent = text;
    element.classList.toggle(state, isIt);
  };

  const total = form.querySelector("[data-count]");
  count.setAttribute("aria-describedby", `${count.getAttribute("aria-describedby") || ""} ${total.id}`.trim());

  const present = () => rows.filter((row) => answerOf(row) === "H").length;
  const isCountOther = () => count.value.trim() !== String(present());

  const refresh = () => {
    rows.forEach((row) => {
      row.li.querySelector("[data-word]").textContent = chosen(row)?.getAttribute("aria-label") || form.dataset.blank;
    });
    const doubtful = rows.filter((row) => row.isDoubtful);
    const done = doubtful.filter(answerOf).length;
    const progress = form.querySelector("[data-progress]");
    const words = progress?.dataset.words.replace("%s", done).replace("%t", doubtful.length);
    say(progress, words, "is-done", done === doubtful.length);
    const isOther = Boolean(count.value) && isCountOther();
    const { words: same, other } = total.dataset;
    say(total, (isOther ? other : same).replace("%s", present()), "is-other", isOther);
  };

  /* Changes ----------------------------------------------------------------- */

  const done = []; // for taking back: [row, what it was]

  const change = (row, sign) => {
    done.push([row, row.before]);
    row.isContested = false;
    choose(row, sign);
    refresh();
    keep();
  };

  const focus = (row) => {
    (chosen(row) || row.radios[0]).focus({ preventScroll: true });
    row.li.scrollIntoView({ block: "nearest", behavior: "instant" });
  };

  const step = (row, by) => {
    const to = rows.indexOf(row) + by;
    if (to === rows.length) count.focus();
    else focus(rows[Math.max(to, 0)]);
  };

  /* From a doubtful row to the next open one, then to the foot of the paper. */
  const goOn = (row) => {
    const open = rows.filter(isOpen);
    const next = open.find((one) => rows.indexOf(one) > rows.indexOf(row)) || open[0];
    if (!row.isDoubtful) step(row, 1);
    else if (next) focus(next);
    else count.focus();
  };

  const keys = {
    ArrowDown: (row) => step(row, 1),
    ArrowUp: (row) => step(row, -1),
    Enter: (row) => step(row, 1),
  };
  [..."HSIAT-"].forEach((sign) => {
    keys[sign] = (row) => {
      change(row, sign);
      goOn(row);
    };
  });

  form.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const row = rowOf(event.target);
    const name = event.key.length === 1 ? event.key.toUpperCase() : event.key;
    if (row && keys[name] && event.target.matches("input")) {
      event.preventDefault();
      if (!event.repeat || name.startsWith("Arrow")) keys[name](row);
    } else if (name === "Enter" && [count, note].includes(event.target)) {
      event.preventDefault();
      (event.target === count && isCountOther() ? note : form.querySelector(".form-foot button")).focus();
    } else if (name === "ArrowUp" && event.target === count) {
      event.preventDefault();
      focus(rows.at(-1));
    }
  });

  document.addEventListener("keydown", (event) => {
    const isUndo = (event.ctrlKey || event.metaKey) && !event.shiftKey && event.key.toLowerCase() === "z";
    if (!isUndo || !done.length || [count, note].includes(document.activeElement)) return;
    event.preventDefault();
    const [row, sign] = done.pop();
    choose(row, sign);
    refresh();
    keep();
    focus(row);
  });

  form.addEventListener("change", (event) => {
    const row = rowOf(event.target);
    if (row) change(row, answerOf(row));
  });

  count.addEventListener("input", () => {
    refresh();
    keep();
  });

  /* The big picture ---------------------------------------------------------- */

  const frame = document.querySelector("[data-scroll]");

  form.addEventListener("focusin", (event) => {
    const now = rowOf(event.target);
    rows.forEach((row) => row.outline.classList.toggle("is-now", row === now));
    if (event.target === count) frame.scrollTop = frame.scrollHeight; // where it stands on the paper
    if (!now) return;
    const { top, height } = now.outline.getBoundingClientRect();
    const around = frame.getBoundingClientRect();
    frame.scrollTop += top + height / 2 - around.top - around.height / 2;
  });

  rows.forEach((row) => row.outline.addEventListener("click", () => focus(row)));

  if (isAnswered) keep();
  else restore();
  refresh();
  // What speaks against the whole sheet is read before its rows.
  if (rows.length && !document.querySelector("[data-read-first]")) focus(rows.find(isOpen) || rows[0]);
})();
