/* The verify page: compares the paper in hand, as its QR code tells it, with what the issuer says here.
   What stands behind "#" is read here and goes nowhere. */

import { differences, readClaim } from "./claim.js";
import { canCheck } from "./ed25519.js";
import { watchFiles } from "./file.js";
import { choose, fill } from "./show.js";

const paper = document.querySelector("#paper");
const name = document.querySelector("#name");
const OTHERS = ["forged", "differs", "unknown_key", "compromised_key", "retired_key"];
const maskedName = name.textContent;
const facts = JSON.parse(document.querySelector("#facts").textContent);

async function stateOf(text) {
  if (!canCheck()) return { state: "cannot_check" };
  try {
    const { keys } = await (await fetch("/v/keys.json")).json();
    const claim = await readClaim(text, keys);
    const wrong = differences(claim, facts);
    return { state: wrong.length ? "differs" : "genuine", claim, wrong };
  } catch (error) {
    return { state: error.fault ?? "cannot_check" };
  }
}

async function check() {
  const text = location.origin + location.pathname + location.hash;
  const { state, claim, wrong = [] } = location.hash.length > 1 ? await stateOf(text) : { state: "no_claim" };
  name.textContent = state === "genuine" ? claim.name : maskedName;
  fill(paper, { name: claim?.name ?? "" });
  for (const one of document.querySelectorAll("[data-fact]")) {
    one.hidden = !wrong.includes(one.dataset.fact);
  }
  document.querySelector("#proofs").hidden = state !== "genuine";
  fill(document, { kid: claim?.kid ?? "" });
  // What is in force here is not what is in hand.
  document.querySelector(".band-ok")?.classList.toggle("band-grey", OTHERS.includes(state));
  choose(paper, state);
}

/* The other language is another address, and the paper in hand stays the same one. */
function carryClaim() {
  for (const link of document.querySelectorAll(".language a")) link.hash = location.hash;
}

window.addEventListener("hashchange", () => {
  check();
  carryClaim();
});
check();
carryClaim();
watchFiles(document.querySelector("#file"), location.pathname);
