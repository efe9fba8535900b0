/* The offline verifier: one saved page with its keys, which asks nobody. */

import { readClaim } from "./claim.js";
import { canCheck } from "./ed25519.js";
import { choose, fill, longDate } from "./show.js";
import { readStatusList } from "./statuslist.js";

const [paper, status, text] = ["#paper", "#status", "#text"].map((one) => document.querySelector(one));
const { keys } = JSON.parse(document.querySelector("#keys").textContent);
let list = null;

async function check() {
  let [claim, state] = [null, "genuine"];
  try {
    claim = canCheck() ? await readClaim(text.value, keys) : null;
    if (!claim) state = "cannot_check";
  } catch (error) {
    state = error.fault ?? "cannot_check";
  }
  if (claim) fill(paper, printed(claim));
  for (const one of paper.querySelectorAll("[data-only]")) one.hidden = !claim?.[one.dataset.only];
  choose(paper, state);
  const held = claim ? standing(claim) : "none";
  choose(status, held);
  document.querySelector("#genuine").classList.toggle("panel-bad", held === "ended");
  (claim ? paper : text).focus();
}

function printed(claim) {
  const held = claim.starts_on === claim.ends_on
    ? longDate(claim.starts_on)
    : `${longDate(claim.starts_on)} – ${longDate(claim.ends_on)}`;
  return { ...claim, held: `${claim.hours} JP, ${held}`, issued_on: longDate(claim.issued_on) };
}

function standing(claim) {
  if (!list) return "no_list";
  if (!list.covers(claim.index)) return "other_list";
  return list.isEnded(claim.index) ? "ended" : "in_force";
}

async function load(file) {
  list = await readStatusList(await file.text(), keys);
  fill(document, { listed_at: list ? longDate(list.at) : "" });
  choose(document.querySelector("#list"), list ? "loaded" : "refused");
  if (text.value) check();
}

/* A picture of the code, where the browser itself can read one. */
async function readPicture(file) {
  const codes = await new BarcodeDetector({ formats: ["qr_code"] }).detect(await createImageBitmap(file));
  text.value = codes[0]?.rawValue ?? "";
  check();
}

async function offerPictures() {
  const formats = await globalThis.BarcodeDetector?.getSupportedFormats();
  document.querySelector("#picture").hidden = !formats?.includes("qr_code");
}

document.querySelector("form").addEventListener("submit", (event) => {
  event.preventDefault();
  check();
});
document.querySelector("#list input").addEventListener("change", (event) => load(event.target.files[0]));
document.querySelector("#picture input").addEventListener("change", (event) => readPicture(event.target.files[0]));
offerPictures();
