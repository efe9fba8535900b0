/* All words stand in the page, hidden; a script chooses which are seen and fills in what they are about. */

/* Of the blocks `data-when="…"` inside `place`, show those that name `state`. */
export function choose(place, state) {
  for (const block of place.querySelectorAll("[data-when]")) {
    block.hidden = !block.dataset.when.split(" ").includes(state);
  }
  place.hidden = false;
}

/* Put texts into the elements `data-fill="…"` inside `place`. */
export function fill(place, texts) {
  for (const [name, text] of Object.entries(texts)) {
    for (const spot of place.querySelectorAll(`[data-fill="${name}"]`)) spot.textContent = text;
  }
}

/* "2025-12-31" as 31 Desember 2025. */
export function longDate(text) {
  const style = { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" };
  return new Intl.DateTimeFormat(document.documentElement.lang, style).format(new Date(text));
}
