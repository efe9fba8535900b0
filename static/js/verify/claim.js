/* What a QR code says of its paper, once its signature is checked. The same as certificates/proof.py. */

import { fromBase32, fromBase64Url, fromCbor, hex, joined, utf8 } from "./bytes.js";
import { isSigned } from "./ed25519.js";

const ADDRESS = /^https?:\/\/[^/?#\s]+\/v\/([a-z2-7]{26})(?:#(.*))?$/i;
const DOMAIN = utf8("certificate claim\0");
const [VERSION, HEAD, SIGNATURE] = [1, 5, 64];
const KINDS = ["training", "partial"];
const FIELDS = [
  "index", "number", "name", "kind", "program", "hours", "starts_on", "ends_on", "issued_on",
  "school", "predicate", "marks",
];
const DAYS = ["starts_on", "ends_on", "issued_on"];

export class Refused extends Error {
  constructor(fault) {
    super(fault);
    this.fault = fault;
  }
}

/* {id, claim} of an address of a verify page, both in capitals or as they came; null when it is none. */
export function addressIn(text) {
  const found = ADDRESS.exec(text.trim());
  return found && { id: found[1].toUpperCase(), claim: found[2] ?? "" };
}

/* The claim that a QR code's text proves; `keys` is what /v/keys.json says. Throws Refused. */
export async function readClaim(text, keys) {
  const address = addressIn(text);
  if (!address) throw new Refused("not_ours");
  if (!address.claim) throw new Refused("no_claim");
  const raw = orMalformed(() => fromBase32(address.claim));
  const [head, payload] = [raw.subarray(0, HEAD), raw.subarray(HEAD, -SIGNATURE)];
  if (head[0] !== VERSION || raw.length <= HEAD + SIGNATURE) throw new Refused("malformed");
  const kid = hex(head.subarray(1));
  const key = keys.find((one) => one.kid === kid);
  if (!key) throw new Refused("unknown_key");
  if (key.is_compromised) throw new Refused("compromised_key");
  const id = orMalformed(() => fromBase32(address.id));
  const message = joined(DOMAIN, head, id, payload);
  if (!(await isSigned(fromBase64Url(key.x), message, raw.subarray(-SIGNATURE)))) {
    throw new Refused("forged");
  }
  const claim = orMalformed(() => fields(fromCbor(payload)));
  if (key.retired_on && claim.issued_on > key.retired_on) throw new Refused("retired_key");
  return { ...claim, id: address.id, kid };
}

function fields(values) {
  if (!Array.isArray(values) || values.length !== FIELDS.length) throw new SyntaxError("claim");
  const claim = Object.fromEntries(FIELDS.map((name, place) => [name, values[place]]));
  for (const name of DAYS) {
    claim[name] = new Date(claim[name] * 86400000).toISOString().slice(0, 10);
  }
  claim.kind = KINDS[claim.kind];
  claim.is_duplicate = Boolean(claim.marks & 1);
  claim.is_specimen = Boolean(claim.marks & 2);
  return claim;
}

function orMalformed(read) {
  try {
    return read();
  } catch {
    throw new Refused("malformed");
  }
}

/* Each word's first letter and three stars. */
export function masked(name) {
  return name.trim().split(/\s+/).map((word) => `${[...word][0]}***`).join(" ");
}

/* The names of what the paper says otherwise than the issuer. A text that was too long for the code ends
   in "…" and agrees as far as it goes. */
export function differences(claim, facts) {
  const said = { ...claim, masked_name: masked(claim.name) };
  return Object.keys(facts).filter((name) => {
    const [mine, theirs] = [said[name], facts[name]];
    const isCut = typeof mine === "string" && mine.endsWith("…");
    return mine !== theirs && !(isCut && theirs.startsWith(mine.slice(0, -1)));
  });
}
