/* A saved status list: whether a certificate was still in force. The same as certificates/status.py. */

import { fromBase58, fromBase64Url, hex, joined, sha256, utf8 } from "./bytes.js";
import { isSigned } from "./ed25519.js";

const SIZE = 131072;
const SUITE = "eddsa-jcs-2022";
const ED25519 = "ed01";

/* {page, at, isEnded(index)} of the text of a status list, signed by a key that is still trusted; else null. */
export async function readStatusList(text, keys) {
  try {
    const { proof, ...document } = JSON.parse(text);
    if (!(await isGenuine(document, proof, keys))) return null;
    const bits = await unpacked(document.credentialSubject.encodedList);
    if (bits.length * 8 !== SIZE) return null;
    const page = Number(/\/v\/status\/(\d+)$/.exec(document.id)[1]);
    const isEnded = (index) => Boolean(bits[(index % SIZE) >> 3] & (0x80 >> (index & 7)));
    const covers = (index) => Math.floor(index / SIZE) === page;
    return { page, at: document.validFrom, covers, isEnded };
  } catch {
    return null;
  }
}

async function isGenuine(document, { proofValue, ...proof }, keys) {
  const multikey = fromBase58(proof.verificationMethod.split("#z")[1]);
  const publicKey = multikey.subarray(2);
  const known = keys.find((one) => hex(fromBase64Url(one.x)) === hex(publicKey));
  if (!known || known.is_compromised || proof.cryptosuite !== SUITE) return false;
  if (hex(multikey.subarray(0, 2)) !== ED25519) return false;
  const hashes = await Promise.all([proof, document].map((part) => sha256(utf8(canonical(part)))));
  return isSigned(publicKey, joined(...hashes), fromBase58(proofValue.slice(1)));
}

/* JSON as RFC 8785 writes it. */
function canonical(part) {
  if (Array.isArray(part)) return `[${part.map(canonical).join(",")}]`;
  if (part === null || typeof part !== "object") return JSON.stringify(part);
  const members = Object.keys(part).sort().map((name) => `${JSON.stringify(name)}:${canonical(part[name])}`);
  return `{${members.join(",")}}`;
}

async function unpacked(text) {
  const packed = new Blob([fromBase64Url(text.slice(1))]).stream();
  const plain = packed.pipeThrough(new DecompressionStream("gzip"));
  return new Uint8Array(await new Response(plain).arrayBuffer());
}
