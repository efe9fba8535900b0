/* Where a check begins: a file, or the address or code of a paper. */

import { addressIn } from "./claim.js";
import { watchFiles } from "./file.js";

const field = document.querySelector("#id_code");

/* Somebody pastes all that a QR code holds: go there at once, without sending what stands behind "#". */
field.addEventListener("input", () => {
  const address = addressIn(field.value);
  if (address) location.assign(`/v/${address.id}${address.claim && `#${address.claim}`}`);
});
watchFiles(document.querySelector("#file"));
