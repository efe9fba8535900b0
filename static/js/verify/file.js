/* Drop a PDF, or choose one: its fingerprint is worked out here, and only that is asked about. */

import { hex, sha256 } from "./bytes.js";
import { canCheck } from "./ed25519.js";
import { choose, fill } from "./show.js";

const LARGEST = 20 * 1024 * 1024;

/* `place` holds the drop zone, its input and the answers; `own` is the address of the page's certificate. */
export function watchFiles(place, own = "") {
  const [zone, input, answer] = [".drop", "input", ".answer"].map((one) => place.querySelector(one));
  const check = async (file) => {
    choose(answer, "working");
    const { state, ...found } = await ask(file, own);
    fill(answer, { filename: file.name, number: found.number ?? "" });
    for (const link of answer.querySelectorAll("a")) link.href = found.address ?? "";
    choose(answer, state);
  };
  input.addEventListener("change", () => input.files.length && check(input.files[0]));
  zone.addEventListener("dragover", (event) => {
    event.preventDefault();
    zone.classList.add("is-over");
  });
  zone.addEventListener("dragleave", () => zone.classList.remove("is-over"));
  zone.addEventListener("drop", (event) => {
    event.preventDefault();
    zone.classList.remove("is-over");
    if (event.dataTransfer.files.length) check(event.dataTransfer.files[0]);
  });
  place.hidden = false;
}

async function ask(file, own) {
  if (!canCheck() || file.size > LARGEST) return { state: "failed" };
  try {
    const fingerprint = hex(await sha256(await file.arrayBuffer()));
    const response = await fetch(`/v/file/${fingerprint}`);
    if (response.status === 429) return { state: "busy" };
    const found = await response.json();
    if (!found.known) return { state: "unknown" };
    const isOther = own && found.address.toUpperCase() !== own.toUpperCase();
    return { ...found, state: isOther ? "other" : found.status };
  } catch {
    return { state: "failed" };
  }
}
