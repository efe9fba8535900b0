"""Words that would tell a stranger where the holder of a certificate was trained."""

import re
from dataclasses import dataclass
from functools import cache

from django.db.models import Q

from certificates.models import ForbiddenWord

# As whole words, whatever their case. Names of places come from the facility itself.
WORDS = (
    *"lapas rutan lpka lpp lpas bapas narapidana napi wbp tahanan pemasyarakatan penjara".split(),
    *"ditjenpas kemenimipas kanwil sipir remisi pidana terpidana register giatja".split(),
    *("warga binaan", "rumah tahanan", "lembaga pembinaan", "no. register", "binaan kerja"),
    *("prison", "inmate", "correctional", "jail", "convict", "detention"),
)
# Register numbers and classes: "B.I 214/2025", "BIIa", "A.III"; and where somebody lives: "Blok B/3".
PATTERNS = (
    r"\b[AB]\.?\s?(?:I{1,3}|IV|V)[ab]?\.?\s*\d+/\d{4}\b",
    r"\b[AB]\.(?:I{1,3}|IV|V)[ab]?\b",
    r"\bBII[ab]\b",
    r"\bblok\s+[A-Z0-9]{1,3}\b",
)


@dataclass(frozen=True)
class Betrayal:
    """A word, and the text in which it stands."""

    word: str
    text: str


def words_for(facility):
    """Every word that a certificate of this facility must not bear; None asks for those of everybody."""
    own = [facility.name, facility.code] if facility else []
    added = ForbiddenWord.objects.filter(Q(facility=None) | Q(facility=facility))
    return (*WORDS, *own, *added.values_list("word", flat=True))


def betrayals(texts, words):
    """Betrayals among the texts, each word once per text."""
    pattern = _pattern(tuple(words))
    return [Betrayal(match, text) for text in texts for match in _matches(pattern, text)]


def _matches(pattern, text):
    return dict.fromkeys(match.group() for match in pattern.finditer(text))


@cache
def _pattern(words):
    alternatives = [rf"(?<!\w){re.escape(word)}(?!\w)" for word in words if word]
    return re.compile("|".join([*alternatives, *PATTERNS]), re.IGNORECASE)
