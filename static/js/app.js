/* Small conveniences; every page works without them. */
(() => {
  "use strict";
  const language = document.documentElement.lang;

  /* A typed date echoes in long form, so that 01-12 and 12-01 are not mixed up. */
  const longDate = new Intl.DateTimeFormat(language, { day: "numeric", month: "long", year: "numeric", weekday: "long" });
  const echo = (input) => {
    const parts = /^\s*(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})\s*$/.exec(input.value);
    const day = parts && new Date(Number(parts[3]), Number(parts[2]) - 1, Number(parts[1]));
    const isReal = day && day.getMonth() === Number(parts[2]) - 1;
    let words = input.parentElement.querySelector(".echo");
    if (!words) {
      words = document.createElement("span");
      words.className = "echo";
      input.after(words);
    }
    words.textContent = isReal ? longDate.format(day) : "";
  };
  document.querySelectorAll("input[data-date]").forEach((input) => {
    echo(input);
    input.addEventListener("input", () => echo(input));
  });

  /* "/" goes to the search box. */
  document.addEventListener("keydown", (event) => {
    const search = document.querySelector("[data-search]");
    if (event.key === "/" && search && !event.target.closest("input, textarea, select")) {
      event.preventDefault();
      search.focus();
    }
  });

  /* What cannot be taken back is asked once more, with its consequence. */
  document.addEventListener("submit", (event) => {
    const question = event.target.dataset.confirm;
    if (question && !window.confirm(question)) event.preventDefault();
  });

  /* One press, one sending: a second click while the first is on its way does nothing. */
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.method !== "post") return;
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "yes";
  });
  window.addEventListener("pageshow", () => {
    document.querySelectorAll("form[data-sent]").forEach((form) => delete form.dataset.sent);
  });

  /* What the server has now is no longer kept on this computer. */
  document.querySelectorAll("[data-received]").forEach((word) => {
    try {
      localStorage.removeItem(word.dataset.received);
    } catch {
      /* no store, nothing kept */
    }
  });

  /* Show the password while typing it. */
  document.querySelectorAll("[data-reveal]").forEach((button) => {
    const input = document.getElementById(button.dataset.reveal);
    const show = button.textContent;
    button.hidden = false;
    button.addEventListener("click", () => {
      const isHidden = input.type === "password";
      input.type = isHidden ? "text" : "password";
      button.textContent = isHidden ? button.dataset.hide : show;
      input.focus();
    });
  });

  /* A menu closes when one clicks elsewhere or presses Escape. */
  document.addEventListener("click", (event) => {
    document.querySelectorAll("details.who[open]").forEach((menu) => {
      if (!menu.contains(event.target)) menu.open = false;
    });
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    document.querySelectorAll("details.who[open]").forEach((menu) => {
      menu.open = false;
      menu.querySelector("summary").focus();
    });
  });
})();
