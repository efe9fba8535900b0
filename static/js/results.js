/* Enter and the arrows go from score to score, as in a spreadsheet; the final score shows while typing. */
(() => {
  "use strict";
  const form = document.querySelector("[data-results]");
  if (!form) return;
  const rows = [...form.querySelectorAll("[data-row]")];
  const scoresOf = (row) => [...row.querySelectorAll("[data-score]")];
  const passMark = Number(form.dataset.passMark);
  const weights = { theory: Number(form.dataset.theoryWeight), practice: Number(form.dataset.practiceWeight) };
  const predicates = JSON.parse(form.dataset.predicates);
  const comma = new Intl.NumberFormat(document.documentElement.lang, { maximumFractionDigits: 2 });

  /* In hundredths, as the server reckons: no number between two hundredths is ever lost. */
  const hundredths = (text) => {
    const match = /^(\d{1,3})(?:[.,](\d{1,2}))?$/.exec(text.trim());
    const value = match ? Number(match[1]) * 100 + Number((match[2] || "").padEnd(2, "0")) : NaN;
    return value <= 10000 ? value : NaN;
  };
  const finalOf = (row) => {
    let sum = 0;
    let whole = 0;
    scoresOf(row).forEach((input) => {
      sum += hundredths(input.value) * weights[input.dataset.score];
      whole += weights[input.dataset.score];
    });
    return Math.floor((2 * sum + whole) / (2 * whole));
  };
  const onlyOf = (row) => {
    const scores = scoresOf(row);
    const filled = scores.filter((input) => input.value.trim());
    return filled.length === 1 && scores.length === 2 ? filled[0].dataset.score : "";
  };
  const predicateOf = (score) => {
    if (!predicates.length) return "";
    return (predicates.find(([, least]) => score >= least * 100) || predicates[predicates.length - 1])[0];
  };

  const refresh = (row, followsScore) => {
    const final = finalOf(row);
    const isKnown = !Number.isNaN(final);
    const [competent, notYet] = row.querySelectorAll('input[type="radio"]');
    /* Theory or practice alone has neither K nor BK; what was chosen comes back with the other one. */
    const only = onlyOf(row);
    row.querySelectorAll("[data-only]").forEach((word) => {
      word.hidden = word.dataset.only !== only;
    });
    row.querySelector('[role="radiogroup"]').hidden = Boolean(only);
    competent.disabled = notYet.disabled = Boolean(only);
    if (followsScore && isKnown && row.dataset.heldBack === undefined) {
      (final >= passMark * 100 ? competent : notYet).checked = true;
    }
    row.querySelector("[data-final]").textContent = isKnown ? comma.format(final / 100) : "–";
    row.querySelector("[data-predicate]").textContent = isKnown && competent.checked ? predicateOf(final) : "";
    row.querySelector("[data-held-word]").hidden = !(isKnown && notYet.checked && final >= passMark * 100);
  };

  rows.forEach((row, place) => {
    const scores = scoresOf(row);
    scores.forEach((score, column) => {
      score.addEventListener("input", () => refresh(row, true));
      score.addEventListener("keydown", (event) => {
        const at = (number) => score.selectionStart === score.selectionEnd && score.selectionStart === number;
        const isAll = score.selectionStart === 0 && score.selectionEnd === score.value.length;
        const steps = {
          Enter: [event.shiftKey ? -1 : 1, 0],
          ArrowDown: [1, 0],
          ArrowUp: [-1, 0],
          ArrowRight: isAll || at(score.value.length) ? [0, 1] : null,
          ArrowLeft: isAll || at(0) ? [0, -1] : null,
        };
        const step = steps[event.key];
        if (!step || event.ctrlKey || event.altKey || event.metaKey) return;
        if (step[0]) event.preventDefault();
        const beside = rows[place + step[0]];
        const next = beside && scoresOf(beside)[column + step[1]];
        if (!next) return;
        event.preventDefault();
        next.focus();
        next.select();
      });
    });
    row.querySelectorAll('input[type="radio"]').forEach((radio) =>
      radio.addEventListener("change", () => {
        /* From here on the choice is a person's, not the score's. */
        row.dataset.heldBack = "";
        refresh(row, false);
      }),
    );
    if (scores.some((score) => score.value)) refresh(row, false);
  });

  form.addEventListener("input", () => {
    form.dataset.dirty = "yes";
  });
  form.addEventListener("submit", () => {
    delete form.dataset.dirty;
  });
  window.addEventListener("beforeunload", (event) => {
    if (form.dataset.dirty) event.preventDefault();
  });
})();
