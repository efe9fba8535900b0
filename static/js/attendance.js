/* The sheet under one's fingers: one key a mark, arrows between people, running totals; it saves by itself.
   The form works without it. */
(() => {
  "use strict";
  const form = document.querySelector("[data-marks]");
  if (!form) return;
  const { user, session } = form.dataset;
  const key = window.drafts.keyOf(user, session);
  const frame = form.querySelector("fieldset");
  /* A closed sheet has nothing to do, unless marks wait here that it did not take. */
  const kept = window.drafts.rowsOf(window.drafts.read(key));
  if (frame.disabled && !Object.keys(kept).length) return;
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const TEXTS = 'input:not([type="radio"]), select';

  /* Rows ---------------------------------------------------------------- */

  class Row {
    constructor(li) {
      this.li = li;
      this.id = li.dataset.row;
      this.radios = all('input[type="radio"]', li);
      this.cause = li.querySelector("select");
      [this.minutes, this.remark] = all(".under input", li);
      this.version = li.querySelector('input[type="hidden"]');
      this.word = li.querySelector(".mark-word");
      this.announced = (li.dataset.announced || "").split(" ");
      this.server = { ...this.facts, version: Number(this.version.value) };
      this.before = this.facts;
    }

    get chosen() {
      return this.radios.find((radio) => radio.checked);
    }

    get code() {
      return this.chosen?.value || "";
    }

    /* As the server stores it: no cause with H, minutes only with T. */
    get facts() {
      const { code } = this;
      return {
        code,
        cause: code && code !== "H" ? this.cause.value : "",
        minutes: code === "T" ? this.minutes.value.trim() : "",
        remark: this.remark.value.trim(),
      };
    }

    set facts({ code, cause, minutes, remark }) {
      this.radios.forEach((radio) => {
        radio.checked = radio.value === code;
      });
      if (cause) this.cause.value = cause;
      this.minutes.value = minutes;
      this.remark.value = remark;
    }

    isLike(facts) {
      const now = this.facts;
      return ["code", "cause", "minutes", "remark"].every((name) => now[name] === facts[name]);
    }

    /* A first mark brings its cause along; one that had a cause keeps it. */
    mark(code) {
      if (!this.code || this.code === "H") {
        this.cause.value = code === this.announced[0] ? this.announced[1] : "participant";
      }
      this.radios.find((radio) => radio.value === code).checked = true;
    }

    say() {
      this.word.textContent = this.chosen?.getAttribute("aria-label") || form.dataset.blank;
    }

    get spoken() {
      const { code, cause, minutes, remark } = this.facts;
      return words({ code, cause, minutes, remark }, this);
    }

    focus() {
      (this.chosen || this.radios[0]).focus({ preventScroll: true });
      this.li.scrollIntoView({ block: "nearest", behavior: "instant" });
    }
  }

  const words = ({ code, cause, minutes, remark }, row) =>
    [
      row.radios.find((radio) => radio.value === code)?.getAttribute("aria-label") || form.dataset.blank,
      cause && `${form.dataset.cause} ${row.cause.querySelector(`[value="${cause}"]`).textContent}`,
      minutes && `${minutes} ${form.dataset.minutes}`,
      remark && `“${remark}”`,
    ]
      .filter(Boolean)
      .join(", ");

  const rows = all("[data-row]", form).map((li) => new Row(li));
  const byId = new Map(rows.map((row) => [row.id, row]));
  const rowOf = (element) => byId.get(element.closest?.("[data-row]")?.dataset.row);
  let current = rows[0];

  /* State and totals ----------------------------------------------------- */

  const state = document.querySelector(".save-state");
  const idle = [state.dataset.kind, state.querySelector("[data-words]").textContent];

  const tell = (kind, value = "") => {
    const text = kind === "idle" ? idle[1] : state.dataset[kind].replace("%s", value);
    const words = state.querySelector("[data-words]");
    if (words.textContent !== text) words.textContent = text;
    state.dataset.kind = kind === "idle" ? idle[0] : kind;
    all("[data-for]", state).forEach((more) => {
      more.hidden = more.dataset.for !== kind;
    });
  };

  const refresh = () => {
    const counts = { H: 0, S: 0, I: 0, A: 0, T: 0, "": 0 };
    rows.forEach((row) => {
      counts[row.code] += 1;
      row.say();
    });
    let x = 0;
    all(".share rect").forEach((bar) => {
      const share = counts[bar.getAttribute("class").slice(-1)];
      bar.setAttribute("x", x);
      bar.setAttribute("width", share);
      x += share;
    });
    document.querySelector("[data-marked]").textContent = x;
    all("[data-total]").forEach((total) => {
      total.textContent = counts[total.dataset.total];
    });
    all("[data-blank-count]").forEach((count) => {
      count.textContent = counts[""];
    });
    all("[data-fill]").forEach((button) => {
      button.hidden = !counts[""];
    });
  };

  /* Two values for one row ------------------------------------------------ */

  const fillIn = (text, more) => text.replace(/%(\w+)/g, (_all, name) => more[name] ?? "");

  const drawContest = (row) => {
    const { theirs } = row;
    let box = row.li.querySelector(".mark-conflict");
    if (!box) {
      box = document.getElementById("contested").content.firstElementChild.cloneNode(true);
      row.li.append(box);
    }
    const told = { ...theirs, theirs: words(theirs, row), mine: row.spoken };
    const [told_, takeTheirs, takeMine] = all("[data-words]", box);
    told_.textContent = fillIn(theirs.code ? told_.dataset.words : told_.dataset.none, told);
    const by = theirs.by?.split(" ")[0];
    takeTheirs.textContent = fillIn(theirs.code ? takeTheirs.dataset.words : takeTheirs.dataset.none, { ...theirs, by });
    takeMine.textContent = fillIn(takeMine.dataset.words, { code: row.code });
  };

  const endContest = (row) => {
    row.li.querySelector(".mark-conflict")?.remove();
    delete row.theirs;
  };

  const choose = (row, whose) => {
    const { theirs } = row;
    row.server = { ...theirs };
    endContest(row);
    if (whose === "theirs") {
      row.facts = theirs;
      row.before = row.facts;
      saver.drop(row.id);
      saver.send();
    } else {
      saver.settle(row.id, row.facts, theirs.version);
    }
    refresh();
    row.focus();
  };

  /* What the server said --------------------------------------------------- */

  const saver = window.sheetSaver({
    url: form.action,
    user,
    key,
    day: form.dataset.day,
    on: form.dataset.on,
    page: {
      tell,
      staleWords: state.dataset.stale,
      /* One tab at a time: the one opened last has everything and goes on alone. */
      elsewhere: () => {
        frame.disabled = true;
        tell("elsewhere");
      },
      saved: (id, row) => {
        const mine = byId.get(id);
        if (!mine) return;
        mine.server = { ...row };
        mine.version.value = row.version;
        if (mine.isLike(row)) saver.drop(id);
      },
      overtaken: (id, theirs) => {
        const mine = byId.get(id);
        if (!mine) return;
        mine.facts = mine.server = { ...theirs };
        mine.before = mine.facts;
        refresh();
      },
      contested: (id, theirs) => {
        const mine = byId.get(id);
        if (!mine) return;
        mine.theirs = theirs;
        drawContest(mine);
      },
      wrong: (id, text) => {
        const mine = byId.get(id);
        if (!mine) return;
        mine.li.querySelector(".error")?.remove();
        const error = document.createElement("p");
        error.className = "error";
        error.setAttribute("role", "alert");
        error.textContent = text;
        mine.li.append(error);
      },
      settled: () => {
        const isDone = rows.every((row) => row.server.version > 0) && !saver.isWaiting();
        all("[data-lock]").forEach((lock) => {
          lock.hidden = !isDone;
        });
        all("[data-lock-hint]").forEach((hint) => {
          hint.hidden = isDone;
        });
      },
    },
  });

  /* Changes ------------------------------------------------------------- */

  const done = []; // for taking back: lists of [row, what it was]

  const store = (row) => {
    row.li.querySelector(".error")?.remove();
    row.li.querySelector(".from-paper")?.remove();
    row.before = row.facts;
    if (row.theirs && row.isLike(row.theirs)) return choose(row, "theirs");
    if (row.isLike(row.server) && !saver.isOnItsWay(row.id)) saver.drop(row.id);
    else saver.put(row.id, row.facts, row.server.version);
    if (row.theirs) drawContest(row);
    return null;
  };

  const change = (changed, act) => {
    const step = changed.map((row) => [row, row.facts]);
    changed.forEach(act);
    done.push(step);
    refresh();
    changed.forEach(store);
  };

  const undo = () => {
    const step = done.pop();
    if (!step) return;
    const stuck = step.filter(([row, was]) => !was.code && (row.server.version > 0 || saver.isOnItsWay(row.id)));
    step.filter((one) => !stuck.includes(one)).forEach(([row, was]) => {
      row.facts = { ...was, remark: row.remark.value };
      store(row);
    });
    refresh();
    step[0][0].focus();
    if (stuck.length) tell("kept");
  };

  const fill = () => {
    const blanks = rows.filter((row) => !row.code);
    if (blanks.length) change(blanks, (row) => row.mark(row.announced[0] || "H"));
    current.focus();
  };

  /* Keys and clicks -------------------------------------------------------- */

  const goTo = (row, step) => {
    delete row.li.dataset.picking;
    rows[Math.min(Math.max(rows.indexOf(row) + step, 0), rows.length - 1)].focus();
  };

  /* Left and right only look at a mark; space or enter takes it. */
  const pick = (row, step) => {
    const at = row.radios.indexOf(document.activeElement) + step;
    row.li.dataset.picking = "";
    row.radios[Math.min(Math.max(at, 0), row.radios.length - 1)].focus();
  };

  const keys = {
    ArrowDown: (row) => goTo(row, 1),
    ArrowUp: (row) => goTo(row, -1),
    ArrowRight: (row) => pick(row, 1),
    ArrowLeft: (row) => pick(row, -1),
    Enter: (row) => ("picking" in row.li.dataset ? document.activeElement.click() : goTo(row, 1)),
    C: (row) => row.remark.focus(),
    F: fill,
  };
  [..."HSIAT"].forEach((code) => {
    keys[code] = (row) => {
      change([row], () => row.mark(code));
      goTo(row, 1);
    };
  });

  const inText = (event, row) => {
    if (event.key !== "Enter" && event.key !== "Escape") return;
    event.preventDefault();
    row.focus();
  };

  form.addEventListener("keydown", (event) => {
    const row = rowOf(event.target);
    if (!row || event.ctrlKey || event.altKey || event.metaKey || event.target.matches("button")) return;
    if (event.target.matches(TEXTS)) return inText(event, row);
    const key = event.key.length === 1 ? event.key.toUpperCase() : event.key;
    if (/^\d$/.test(key) && row.code === "T") {
      row.minutes.focus();
      row.minutes.select();
    } else if (keys[key]) {
      event.preventDefault();
      if (!event.repeat || key.startsWith("Arrow")) keys[key](row);
    }
  });

  document.addEventListener("keydown", (event) => {
    const isUndo = (event.ctrlKey || event.metaKey) && !event.shiftKey && event.key.toLowerCase() === "z";
    if (!isUndo || document.activeElement.matches(TEXTS)) return;
    event.preventDefault();
    undo();
  });

  form.addEventListener("change", (event) => {
    const row = rowOf(event.target);
    if (!row || row.isLike(row.before)) return;
    const { code } = row;
    if (event.target.matches('input[type="radio"]')) {
      row.facts = { ...row.before };
      change([row], () => row.mark(code));
    } else {
      done.push([[row, row.before]]);
      store(row);
    }
  });

  form.addEventListener("input", (event) => {
    const row = rowOf(event.target);
    if (row && event.target.matches("input:not([type])")) store(row);
  });

  form.addEventListener("focusin", (event) => {
    const row = rowOf(event.target);
    if (row && row !== current) delete current.li.dataset.picking;
    if (row) current = row;
  });

  form.addEventListener("click", (event) => {
    const whose = event.target.closest("[data-take]")?.dataset.take;
    if (whose) choose(rowOf(event.target), whose);
  });

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    saver.send();
  });

  all("[data-fill]").forEach((button) => button.addEventListener("click", fill));

  state.querySelector('[data-for="refused"]').addEventListener("click", (event) => {
    if (!window.confirm(event.target.dataset.question)) return;
    saver.stop();
    saver.discard();
    window.location.reload();
  });

  /* What was kept here comes back over what the server shows. */
  Object.entries(saver.rows()).forEach(([id, facts]) => {
    const row = byId.get(id);
    if (!row) return;
    row.facts = facts;
    row.before = row.facts;
  });
  all("[data-save]").forEach((button) => button.remove());
  refresh();
  saver.start();
  if (!frame.disabled) (rows.find((row) => !row.code) || rows[0]).focus();
})();
