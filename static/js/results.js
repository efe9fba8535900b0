/* Enter and the arrows go from score to score, as in a spreadsheet. */
(() => {
  "use strict";
  const scores = [...document.querySelectorAll("[data-score]")];
  scores.forEach((score, index) =>
    score.addEventListener("keydown", (event) => {
      const step = { Enter: 1, ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (!step) return;
      event.preventDefault();
      const next = scores[index + step];
      if (next) {
        next.focus();
        next.select();
      }
    }),
  );
})();
