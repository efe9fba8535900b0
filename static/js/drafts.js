/* Marks that the server does not have yet, kept on this computer under the key of a person and a meeting:
   ids and codes, no names. {day, on, inflight: {nonce, rows}|null, dirty: {id: row}}; `day` is for people, `on`
   the date it was typed for; inflight has been sent and may have arrived, so it goes again as it was. */
(() => {
  "use strict";
  const PREFIX = "lapasapp.sheet.";
  const TAB = "lapasapp.tab."; // a page that has the sheet open
  const SECONDS_TO_ANSWER = 20;
  const SIGN_OF_LIFE = 30000;
  const STALE = 120000; // a claim without a sign of life: its browser is gone

  const keyOf = (user, session) => `${PREFIX}${user}.${session}`;

  const rowsOf = (draft) => ({ ...draft.inflight?.rows, ...draft.dirty });

  const read = (key) => {
    try {
      const { day = "", on = "", inflight = null, dirty = {} } = JSON.parse(localStorage.getItem(key)) || {};
      return { day, on, inflight, dirty };
    } catch {
      return { day: "", on: "", inflight: null, dirty: {} };
    }
  };

  /* Whether it is safe there now: a full or forbidden store keeps nothing. */
  const write = (key, draft) => {
    try {
      if (Object.keys(rowsOf(draft)).length) localStorage.setItem(key, JSON.stringify(draft));
      else localStorage.removeItem(key);
      return true;
    } catch {
      return false;
    }
  };

  const nonce = () => {
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  };

  /* The server's answer; rejects when none came. A redirect is not followed: it leads to the login. */
  const send = (url, user, on, { nonce, rows }) => {
    const body = new URLSearchParams({ nonce, user });
    if (on) body.set("day", on);
    Object.entries(rows).forEach(([id, row]) =>
      Object.entries(row).forEach(([name, value]) => body.set(`${name}-${id}`, value)),
    );
    const patience = new AbortController();
    const timer = setTimeout(() => patience.abort(), SECONDS_TO_ANSWER * 1000);
    const token = /(?:^|; )csrftoken=([^;]+)/.exec(document.cookie)?.[1] || "";
    return fetch(url, {
      method: "POST",
      body,
      headers: { Accept: "application/json", "X-CSRFToken": token },
      keepalive: true,
      redirect: "manual",
      signal: patience.signal,
    }).finally(() => clearTimeout(timer));
  };

  /* Claims --------------------------------------------------------------- */

  const claimOf = (key) => {
    try {
      const { id, at } = JSON.parse(localStorage.getItem(key.replace(PREFIX, TAB))) || {};
      return id && Math.abs(Date.now() - at) < STALE ? id : null;
    } catch {
      return null;
    }
  };

  /* The tab opened last has the sheet; `lost` is told once another one took it. */
  const claim = (key, lost) => {
    const place = key.replace(PREFIX, TAB);
    const id = nonce();
    let isTaken = false; // never with a full or forbidden store
    let isLost = false;
    const take = () => {
      try {
        localStorage.setItem(place, JSON.stringify({ id, at: Date.now() }));
        isTaken = true;
      } catch {
        /* the page goes on, and keeps nothing */
      }
    };
    const holds = () => {
      if (isLost) return false;
      const isAnothers = ![null, id].includes(claimOf(key));
      if (isTaken && isAnothers) {
        isLost = true;
        lost();
      } else if (!isTaken && !isAnothers) take();
      return isTaken && !isLost;
    };
    take();
    setInterval(() => holds() && take(), SIGN_OF_LIFE);
    window.addEventListener("storage", (event) => event.key === place && holds());
    window.addEventListener("pagehide", () => {
      if (claimOf(key) === id) localStorage.removeItem(place);
    });
    return { holds };
  };

  window.drafts = { keyOf, rowsOf, read, write, nonce, send, claim };

  /* Outside its sheet: what waits there is sent on, what could not be sent is named. */
  const notice = document.querySelector("[data-drafts]");
  if (!notice) return;
  const { drafts: user, only, words, refused, discard, question } = notice.dataset;
  const mine = keyOf(user, "");
  const REFUSED = [403, 404, 422];

  const fillIn = (text, draft) =>
    text.replace("%day", draft.day).replace("%s", Object.keys(rowsOf(draft)).length);

  /* What is kept under `key` with something on its way, unless a sheet has it open or nothing can go. */
  const prepared = (key) => {
    const draft = read(key);
    if (claimOf(key)) return null;
    if (draft.inflight) return draft;
    const ready = Object.entries(draft.dirty).filter(([, row]) => row.code);
    if (!ready.length) return null;
    ready.forEach(([id]) => delete draft.dirty[id]);
    draft.inflight = { nonce: nonce(), rows: Object.fromEntries(ready) };
    return write(key, draft) ? draft : null;
  };

  /* What was sent has arrived. Meanwhile more may have been typed: only what was sent is taken away.
     False when somebody else already did. */
  const settle = (key, sent, { versions, others }) => {
    const draft = read(key);
    if (draft.inflight?.nonce !== sent.nonce) return false;
    Object.keys(draft.dirty)
      .filter((id) => sent.rows[id] && !others[id])
      .forEach((id) => {
        draft.dirty[id].version = versions[id];
      });
    return write(key, { ...draft, inflight: null });
  };

  /* Gives the answer that stopped it, or null. */
  const arrive = async (key, url) => {
    for (let draft = prepared(key); draft; draft = prepared(key)) {
      const answer = await send(url, user, draft.on, draft.inflight);
      if (answer.status !== 200) return answer.status;
      if (!settle(key, draft.inflight, await answer.json())) return null;
    }
    return null;
  };

  const element = (tag, text, more = {}) => Object.assign(document.createElement(tag), { textContent: text, ...more });

  /* Thrown away is what the question named, nothing that was typed since. */
  const bin = (key, entry) => {
    const shown = localStorage.getItem(key);
    const button = element("button", discard, { type: "button", className: "btn-link-like" });
    button.addEventListener("click", () => {
      if (!window.confirm(fillIn(question, read(key)))) return;
      if (claimOf(key) || localStorage.getItem(key) !== shown) return window.location.reload();
      localStorage.removeItem(key);
      entry.remove();
      notice.hidden = !notice.querySelector("[data-links]").children.length;
    });
    return button;
  };

  const name = async (key) => {
    const url = notice.dataset.url.replace("/0/", `/${key.slice(mine.length)}/`);
    const status = await arrive(key, url).catch(() => null);
    const draft = read(key);
    if (!Object.keys(rowsOf(draft)).length) return;
    const entry = element("span", "");
    const text = fillIn(words, draft);
    entry.append(status === 404 || only ? element("b", text) : element("a", text, { href: url }), " ");
    if (REFUSED.includes(status)) entry.append(`${refused} `, bin(key, entry), " ");
    notice.querySelector("[data-links]").append(entry);
    notice.hidden = false;
  };

  try {
    Object.keys(localStorage)
      .filter((key) => (only ? key === keyOf(user, only) : key.startsWith(mine)))
      .forEach(name);
  } catch {
    /* no store, no drafts */
  }
})();
