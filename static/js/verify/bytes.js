/* Bytes and the spellings in which they travel. Each reader throws on what is not its spelling. */

const BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
const BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";

/* In capitals or in small letters, not in both, and without loose bits at its end: one spelling each. */
export function fromBase32(text) {
  const upper = text.toUpperCase();
  if (text !== upper && text !== upper.toLowerCase()) throw new SyntaxError("base32");
  const bytes = [];
  let [bits, held] = [0, 0];
  for (const letter of upper) {
    const value = BASE32.indexOf(letter);
    if (value < 0) throw new SyntaxError("base32");
    held = ((held << 5) | value) & 0xfff;
    bits += 5;
    if (bits >= 8) {
      bits -= 8;
      bytes.push((held >> bits) & 0xff);
    }
  }
  if (bits >= 5 || held & ((1 << bits) - 1)) throw new SyntaxError("base32");
  return Uint8Array.from(bytes);
}

export function fromBase58(text) {
  let number = 0n;
  for (const letter of text) {
    const value = BASE58.indexOf(letter);
    if (value < 0) throw new SyntaxError("base58");
    number = number * 58n + BigInt(value);
  }
  const bytes = [];
  for (; number; number >>= 8n) bytes.unshift(Number(number & 0xffn));
  const zeros = /^1*/.exec(text)[0].length;
  return Uint8Array.from([...new Array(zeros).fill(0), ...bytes]);
}

export function fromBase64Url(text) {
  const binary = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(binary, (letter) => letter.charCodeAt(0));
}

export function hex(bytes) {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

export function utf8(text) {
  return new TextEncoder().encode(text);
}

export function joined(...parts) {
  const all = new Uint8Array(parts.reduce((size, part) => size + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

export async function sha256(bytes) {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
}

/* The little of CBOR (RFC 8949) that a claim is made of: an array of whole numbers and texts. */
export function fromCbor(bytes) {
  let at = 0;
  const take = (count) => {
    if (at + count > bytes.length) throw new SyntaxError("cbor");
    at += count;
    return bytes.subarray(at - count, at);
  };
  const item = () => {
    const [head] = take(1);
    const [kind, short] = [head >> 5, head & 31];
    if (short > 27) throw new SyntaxError("cbor");
    const count =
      short < 24 ? short : take(2 ** (short - 24)).reduce((sum, byte) => sum * 256 + byte, 0);
    if (kind === 0) return count;
    if (kind === 1) return -1 - count;
    if (kind === 3) return new TextDecoder("utf-8", { fatal: true }).decode(take(count));
    if (kind === 4) return Array.from({ length: count }, item);
    throw new SyntaxError("cbor");
  };
  const value = item();
  if (at !== bytes.length) throw new SyntaxError("cbor");
  return value;
}
