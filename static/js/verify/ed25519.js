/* Ed25519 by the browser itself, or by the library that is shipped along where it cannot. */

import { verifyAsync } from "../../vendor/noble-ed25519-3.2.0/index.js";

/* Outside https and file: a browser offers no cryptography at all. */
export function canCheck() {
  return Boolean(globalThis.crypto?.subtle);
}

export async function isSigned(publicKey, message, signature) {
  let key;
  try {
    key = await crypto.subtle.importKey("raw", publicKey, "Ed25519", false, ["verify"]);
  } catch {
    return verifyAsync(signature, message, publicKey, { zip215: false }).catch(() => false);
  }
  return crypto.subtle.verify("Ed25519", key, signature, message);
}
