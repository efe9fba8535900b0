/* Brings changed rows to the server: one sending at a time, kept on the computer until it has arrived,
   again with the same nonce when no answer came. What the answers mean for the page, `page` is told. */
(() => {
  "use strict";
  const PAUSE = 700;
  const LONGEST_WAIT = 30000;

  window.sheetSaver = ({ url, user, key, day, on, page }) => {
    const { drafts } = window;
    const held = new Map(); // rows that wait: for a choice between two, or for being mended
    let timer;
    let wait = 0;
    let isSending = false;
    let isKept = true;
    let isStopped = false;
    let isLost = false;
    let trouble = null; // what stands in the way: [kind, words]
    let saved = null; // what the last good answer said

    const stop = () => {
      isStopped = true;
      clearTimeout(timer);
    };

    /* Another page took over. It has what is kept; what is only here is brought to the server first. */
    const leave = () => {
      if (isStopped || !isLost || (!isKept && count())) return;
      stop();
      page.elsewhere();
    };

    const claim = drafts.claim(key, () => {
      isLost = true;
      leave();
    });
    const draft = drafts.read(key); // after the claim: from here on nobody else changes it
    const count = () => Object.keys(drafts.rowsOf(draft)).length;

    const keep = () => {
      if (isStopped) return;
      if (!count()) Object.assign(draft, { day, on }); // what waits stays with the day it was typed for
      isKept = false;
      isKept = claim.holds() && drafts.write(key, draft);
      leave();
    };
    const ready = () => Object.entries(draft.dirty).filter(([id, row]) => row.code && !held.has(id));

    const tell = () => {
      if (isStopped) return;
      if (!isKept && count() && trouble?.[0] !== "refused") page.tell(trouble?.[0] === "offline" ? "memory" : "unkept", count());
      else if (trouble && count()) page.tell(trouble[0], trouble[1] ?? count());
      else if (isSending) page.tell("saving");
      else if (count()) page.tell("unsaved", count());
      else page.tell(...(saved || ["idle"]));
      page.settled();
    };

    const soon = (pause) => {
      clearTimeout(timer);
      timer = setTimeout(send, pause);
    };

    /* Nothing of it was written: its rows are ordinary changes again. */
    const release = () => {
      Object.entries(draft.inflight.rows).forEach(([id, row]) => {
        draft.dirty[id] ??= row;
      });
      draft.inflight = null;
    };

    const take = ({ saved_at, versions, others }) => {
      const { rows } = draft.inflight;
      draft.inflight = null;
      Object.entries(rows).forEach(([id, row]) => {
        if (!others[id]) {
          row.version = versions[id];
          if (draft.dirty[id]) draft.dirty[id].version = versions[id];
          page.saved(id, row);
        } else if (!draft.dirty[id]) {
          page.overtaken(id, others[id]);
        }
      });
      trouble = null;
      saved = ["saved", saved_at];
    };

    const contest = ({ conflicts }) => {
      release();
      trouble = null;
      Object.entries(conflicts).forEach(([id, theirs]) => {
        held.set(id, "conflict");
        page.contested(id, theirs);
      });
    };

    const refuse = ({ refusals, errors }) => {
      release();
      trouble = refusals.length ? ["refused", refusals.join(" ")] : null;
      Object.entries(errors).forEach(([id, words]) => {
        held.set(id, "error");
        page.wrong(id, words);
      });
    };

    const forget = ({ off_roster: ids }) => {
      release();
      trouble = null;
      ids.forEach((id) => delete draft.dirty[id]);
      saved = ["gone", ids.length];
    };

    const read = (answer) => {
      const isWord = answer?.headers.get("content-type")?.startsWith("application/json");
      return isWord ? answer.json().catch(() => null) : null;
    };

    const react = (answer, word) => {
      const acts = { 200: take, 403: forget, 409: contest, 422: refuse };
      const earlier = wait;
      wait = 0;
      if (word && acts[answer.status]) acts[answer.status](word);
      else if (answer && (answer.type === "opaqueredirect" || [401, 403].includes(answer.status))) trouble = ["away"];
      else if (answer && answer.status >= 400 && answer.status < 500) trouble = ["refused", page.staleWords];
      else {
        trouble = ["offline"];
        wait = Math.min((earlier || 1000) * 2, LONGEST_WAIT);
      }
    };

    const send = async () => {
      clearTimeout(timer);
      keep();
      if (isSending || isStopped) return;
      if (!draft.inflight) {
        const rows = Object.fromEntries(ready());
        if (!Object.keys(rows).length) return tell();
        Object.keys(rows).forEach((id) => delete draft.dirty[id]);
        draft.inflight = { nonce: drafts.nonce(), rows };
        keep();
      }
      isSending = true;
      tell();
      const answer = await drafts.send(url, user, draft.on, draft.inflight).catch(() => null);
      const word = await read(answer);
      isSending = false;
      if (isStopped) return;
      react(answer, word);
      keep();
      tell();
      if (trouble?.[0] === "offline") soon(wait);
      else if (!trouble && ready().length) soon(0);
    };

    /* A row as it is now; `version` is what the server had when the change began. */
    const put = (id, row, version) => {
      const before = draft.dirty[id] ?? draft.inflight?.rows[id];
      draft.dirty[id] = { ...row, version: before?.version ?? version };
      if (held.get(id) === "error") held.delete(id);
      if (trouble?.[0] === "refused") trouble = null;
      keep();
      tell();
      if (!trouble || trouble[0] === "away") soon(PAUSE);
    };

    /* A row that is as the server has it. */
    const drop = (id) => {
      delete draft.dirty[id];
      held.delete(id);
      keep();
      tell();
    };

    /* A choice between two was made: what stands there now is meant against `version`. */
    const settle = (id, row, version) => {
      held.delete(id);
      delete draft.dirty[id];
      put(id, row, version);
      soon(0);
    };

    window.addEventListener("online", () => soon(0));
    window.addEventListener("focus", () => trouble && soon(0));
    window.addEventListener("pagehide", send);
    /* Back from the history: others may have gone on since. */
    window.addEventListener("pageshow", (event) => event.persisted && isKept && window.location.reload());
    document.addEventListener("visibilitychange", () => document.hidden && send());

    return {
      put,
      drop,
      settle,
      send: () => soon(0),
      start: () => {
        keep();
        tell();
        if (count()) soon(0);
      },
      rows: () => drafts.rowsOf(draft),
      isWaiting: () => count() > 0,
      isOnItsWay: (id) => Boolean(draft.inflight?.rows[id]),
      stop,
      discard: () => drafts.write(key, { inflight: null, dirty: {} }),
    };
  };
})();
