"""Words that would tell a stranger where the holder of a certificate was trained."""

import json
import re
from dataclasses import dataclass
from functools import cache
from unicodedata import category, normalize

from django.db.models import Q
from django.utils.translation import gettext as _

from certificates.documents.sheet import texts, texts_of
from certificates.models import ForbiddenWord

# As whole words, whatever their case. Names of places come from the facility itself.
WORDS = (
    *"rutan lpka lpp lpas bapas napi wbp giatja sipir remisi pidana terpidana".split(),
    *("warga binaan", "rumah tahanan", "lembaga pembinaan", "binaan kerja"),
    *("correctional", "jail", "convict", "detention", "penitentiary", "nusa kambangan"),
)
# Wherever they stand in a word: "LapasApp", "lapasjember.example", "pemenjaraan".
STEMS = (
    *"lapas narapidana pemasyarakatan permasyarakatan penjara".split(),
    *"ditjenpas kemenimipas kemenkumham prison inmate".split(),
)
# The worst of them by syllable: "La pas", "nara-pidana". Not by letter: mechanics "lap as roda".
SYLLABLES = ("la pas", "na ra pi da na", "pe ma sya ra kat an", "pen ja ra")
# Words with a harmless meaning too: electricians measure "tahanan isolasi", shops have a cash register,
# and a religious school stands under a Kanwil of its own.
AMBIGUOUS = (
    r"\btahanan\b(?!\s+(?:isolasi|listrik|pentanahan|tanah|dalam|jenis|geser|gulung|variabel|kontak"
    r"|kawat|jangkar|shunt|panas|api|air|rem)\b)(?<!nilai tahanan)(?<!mengukur tahanan)",
    r"\bkanwil\b(?!\s+(?:kemenag|kementerian\s+agama|depag|djp|bpn)\b)",
    r"\bregister\b(?<!cash register)(?<!mesin register)(?<!shift register)",
)
# Register numbers and classes: "B.I 214/2025", "BIIa", "A.III"; and where somebody lives: "Blok B/3".
# A lone "A.I" or "B.V" is somebody's initials or a company.
PATTERNS = (
    r"\b[AB]\.?\s?(?:I{1,3}|IV|V)\s?[ab]?\.?\s?(?:[A-Z]{1,3}\.?\s)?\d+/\d{2,4}\b",
    r"\b(?:A\.(?:II|III|IV)|B\.I{2,3}[ab]?|BII[ab])\b",
    r"\b(?:reg|gol|golongan)\.?\s*[AB]\.?\s?(?:I{1,3}|IV|V)[ab]?\b",
    r"\bblok\s+(?:[A-Z]|\d{1,3})(?:\s?[./-]\s?\d{1,3})?\b(?!\s*(?:silinder|mesin|rem))",
    r"\bblok\s+(?:hunian|kamar|tahanan|wanita|sel)\b|\bblok\s*/\s*kamar\b",
)
STREET = re.compile(r"^\s*(?:jl\b\.?|jln\b\.?|jalan\b)\s*", re.IGNORECASE)
HOUSE = re.compile(r"^(.*?\D)\W*(?:\bno\b\.?|\bnomor\b|#)?\s*(\d+[A-Za-z]?)\s*$", re.IGNORECASE)
# A digit or a "_" ends a word ("LPKA1", "eks_napi"); before it a digit does not: codes of units are "24LPP01".
BEGINS, ENDS = r"(?<![^\W_])", r"(?![^\W\d_])"
# What a program wrote and nobody reads: a signature may hold any letters.
UNREAD = {"proof", "proofValue"}


@dataclass(frozen=True)
class Betrayal:
    """A word, the text in which it stands and, when that is known, the place of the text."""

    word: str
    text: str
    place: str = ""

    def __str__(self):
        return _("“%(word)s” pada %(place)s: %(text)s") % {
            "word": self.word,
            "place": self.place,
            "text": self.text,
        }


def words_for(facility):
    """Every word that a certificate of this facility must not bear; None asks for those of everybody."""
    own = own_words(facility) if facility else []
    added = ForbiddenWord.objects.filter(Q(facility=None) | Q(facility=facility))
    return (*WORDS, *own, *added.values_list("word", flat=True))


def added_for_everybody():
    return ForbiddenWord.objects.filter(facility=None).select_related("added_by")


def own_words(facility):
    """Its name, code and where it stands. A code that is but a town's name or a few letters tells nothing."""
    is_telling = len(facility.code) > 5 and facility.code.lower() != facility.city.lower()
    return [facility.name, *([facility.code] if is_telling else []), *_streets(facility.address)]


def _streets(address):
    """Of "Jl. PB Sudirman No. 13, Jember" the whole and "Jl. PB Sudirman No. 13": the town is no secret."""
    parts = [part.strip() for part in re.split(r"[,;\n]", address)]
    streets = [one for one in parts if STREET.match(one) or (HOUSE.match(one) and " " in one)]
    # "Jl. Veteran, No. 5": the house stands behind a comma.
    return [address, *streets] if len(parts) > 1 and address else streets


def betrayals(texts, words, place=""):
    """Betrayals among the texts, each word once per text."""
    pattern = _pattern(tuple(words))
    return [Betrayal(match, text, place) for text in texts for match in _matches(pattern, text)]


def _matches(pattern, text):
    return dict.fromkeys(match.group() for match in pattern.finditer(_plain(text)))


def _plain(text):
    """As it looks, without accents and what no eye sees in a word: soft hyphens, joiners, directions."""
    return "".join(one for one in normalize("NFKD", text) if category(one) not in ("Mn", "Cf"))


@cache
def _pattern(words):
    words = [word for word in map(_plain, words) if word.strip()]
    alternatives = [
        rf"\w*(?:{'|'.join(STEMS)})\w*",
        *(rf"{BEGINS}{_spelled(word)}" for word in words),
        *(_apart(word.split(), r"[\W_]?") for word in SYLLABLES),
        # "L A P A S", "W.B.P.": each letter stands alone.
        *(_apart(word, r"[\W_]{1,3}") for word in (*STEMS, *words) if word.isalpha()),
    ]
    return re.compile("|".join([*alternatives, *AMBIGUOUS, *PATTERNS]), re.IGNORECASE)


def _apart(parts, gap):
    return rf"{BEGINS}{gap.join(parts)}{ENDS}"


def _spelled(word):
    """A street in any of its spellings (Jl./Jalan, No./Nomor); of other words only the spaces may differ."""
    if not STREET.match(word) and not HOUSE.match(word):
        return r"[\s_-]*".join(map(re.escape, word.split())) + _end(word)
    body = STREET.sub("", word)
    house = HOUSE.match(body)
    named, number = (house[1], house[2]) if house else (body, "")
    spelled = r"\W+".join(map(re.escape, re.findall(r"\w+", named)))
    if not number:
        return rf"(?:jl|jln|jalan)\b\W*{spelled}{ENDS}"
    house = rf"(?:(?:no|nomor)\b\W*)?{re.escape(number)}{_end(number)}"
    return rf"(?:(?:jl|jln|jalan)\b\W*)?{spelled}\W+{house}"


def _end(word):
    """Behind a number no digit goes on: house 13 is not house 130."""
    return rf"(?!\d){ENDS}" if word[-1:].isdigit() else ENDS


def public_texts(content, *, filename="", signer="", attachments=()):
    """{place, in words: texts} of all that a stranger may read of a certificate, but the holder's name.

    `signer` is the name in the electronic signature, `attachments` are those of its Paper.
    """
    apart = ("name", "number", "verify_url", "verify_host")
    said = {key: value for key, value in content.items() if key not in apart}
    # The title and the author that the PDF tells of itself.
    about = [texts_of(content)["document_title"], content["school"]["name"]]
    inside = [text for one in attachments for text in _attached(one, content)]
    return {
        _("lembar sertifikat"): [text for text in texts(said) if text],
        _("nomor"): [content["number"]],
        _("alamat pemeriksaan"): [content["verify_host"]],
        _("keterangan PDF"): about,
        _("nama berkas"): [filename],
        _("nama penanda tangan elektronik"): [signer],
        _("lampiran"): inside,
    }


def _attached(attachment, content):
    """The name and texts of a file in the file, without the holder's name and the random address."""
    text = attachment.content.decode(errors="replace")
    try:
        found = list(_read(json.loads(text)))
    except ValueError:
        found = [text]
    address = content["verify_url"].rpartition("/")[2].partition("#")[0]
    for kept_out in filter(None, (content["name"], address)):
        found = [re.sub(re.escape(kept_out), "", one, flags=re.IGNORECASE) for one in found]
    return [attachment.name, *found]


def _read(value):
    """The keys and texts of a JSON document that somebody may read."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, one in value.items():
            if key not in UNREAD:
                yield key
                yield from _read(one)
    elif isinstance(value, list):
        for one in value:
            yield from _read(one)


def found_in(places, words):
    """Betrayals in `places` ({place: texts}), each word once a text."""
    found = {}
    for place, said in places.items():
        for one in betrayals(said, words, place):
            found.setdefault((one.word, one.text), one)
    return list(found.values())
