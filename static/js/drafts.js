/* Marks that the server does not have yet, kept on this computer under the key of a person and a meeting:
   ids and codes, no names. {day, inflight: {nonce, rows}|null, dirty: {id: row}}; inflight has been sent and
   may have arrived, so it goes again as it was. */
(() => {
  "use strict";
  const PREFIX = "lapasapp.sheet.";
  const TAB = "lapasapp.tab."; // a page that has the sheet open
  const SECONDS_TO_ANSWER = 20;

  const keyOf = (user, session) => `${PREFIX}${user}.${session}`;

  const rowsOf = (draft) => ({ ...draft.inflight?.rows, ...draft.dirty });

  const read = (key) => {
    try {
      const { day = "", inflight = null, dirty = {} } = JSON.parse(localStorage.getItem(key)) || {};
      return { day, inflight, dirty };
    } catch {
      return { day: "", inflight: null, dirty: {} };
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
  const send = (url, user, { nonce, rows }) => {
    const body = new URLSearchParams({ nonce, user });
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

  const tabOf = (user, session) => `${TAB}${user}.${session}`;

  window.drafts = { keyOf, tabOf, rowsOf, read, write, nonce, send };

  /* On the home page: what was on its way when its sheet was left is sent again, the rest is named. */
  const notice = document.querySelector("[data-drafts]");
  if (!notice) return;
  const user = notice.dataset.drafts;
  const mine = keyOf(user, "");

  /* Nobody has that sheet open here: its marks go on their way from where they are. */
  const arrive = async (key, url) => {
    const isOpen = localStorage.getItem(key.replace(PREFIX, TAB));
    for (let draft = read(key); !isOpen && Object.keys(rowsOf(draft)).length; draft = read(key)) {
      if (!draft.inflight) {
        const ready = Object.entries(draft.dirty).filter(([, row]) => row.code);
        if (!ready.length) return;
        ready.forEach(([id]) => delete draft.dirty[id]);
        draft.inflight = { nonce: nonce(), rows: Object.fromEntries(ready) };
        write(key, draft);
      }
      const answer = await send(url, user, draft.inflight).catch(() => null);
      if (answer?.status !== 200) return;
      const { versions, others } = await answer.json();
      Object.keys(draft.dirty)
        .filter((id) => draft.inflight.rows[id] && !others[id])
        .forEach((id) => {
          draft.dirty[id].version = versions[id];
        });
      write(key, { ...draft, inflight: null });
    }
  };

  const name = async (key) => {
    const url = notice.dataset.url.replace("/0/", `/${key.slice(mine.length)}/`);
    await arrive(key, url).catch(() => null);
    const draft = read(key);
    const count = Object.keys(rowsOf(draft)).length;
    if (!count) return;
    const link = document.createElement("a");
    link.href = url;
    link.textContent = notice.dataset.words.replace("%day", draft.day).replace("%s", count);
    notice.querySelector("[data-links]").append(link, " ");
    notice.hidden = false;
  };

  try {
    Object.keys(localStorage)
      .filter((key) => key.startsWith(mine))
      .forEach(name);
  } catch {
    /* no store, no drafts */
  }
})();
