/* Buttons that put a part of the number where the cursor stands; without them it is typed. */
(() => {
  "use strict";
  document.querySelectorAll("[data-insert]").forEach((button) => {
    const input = document.getElementById(button.dataset.into);
    button.hidden = false;
    button.addEventListener("click", () => {
      input.setRangeText(button.dataset.insert, input.selectionStart, input.selectionEnd, "end");
      input.focus();
      input.dispatchEvent(new Event("input", { bubbles: true }));
    });
  });
})();
