"""Whether somebody suits a batch: each rule a small function from facts to Advice. No database.

Advice, never a wall: an officer may enroll against it, with a reason that stays.
"""

from calendar import monthrange
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from django.utils import timezone
from django.utils.dates import WEEKDAYS
from django.utils.formats import date_format
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from participants.finishing import Course, Release, release_of
from participants.models import Enrollment, Finding, Inmate, Rule


class Verdict(StrEnum):
    OK = "ok"
    UNKNOWN = "unknown"
    AGAINST = "against"


@dataclass(frozen=True)
class Advice:
    """What one rule says of one person: the fact as a sentence, where it comes from, as of when."""

    rule: Rule
    verdict: Verdict
    fact: str
    source: str
    known_on: date | None = None

    @property
    def is_against(self):
        return self.verdict == Verdict.AGAINST


@dataclass(frozen=True)
class Setting:
    """Whether a rule is used, and its amount; `amount` None where the rule counts nothing."""

    is_on: bool
    amount: int | None = None


@dataclass(frozen=True)
class RuleText:
    """A rule as the page of settings explains it; `unit` are the words after a number typed."""

    default: Setting
    meaning: str
    unit: str = ""
    choices: dict = field(default_factory=dict)
    most: int = 366


SHARES = {33: ("one_third_on", "1/3"), 50: ("half_on", "1/2"), 67: ("two_thirds_on", "2/3")}

RULES = {
    Rule.SENTENCE_SERVED: RuleText(
        Setting(True, 33),
        gettext_lazy("Bagian masa pidana ini sudah dijalani pada hari pertama angkatan."),
        choices={
            amount: format_lazy("{} {}", share, gettext_lazy("masa pidana"))
            for amount, (_name, share) in SHARES.items()
        },
    ),
    Rule.DAYS_LEFT: RuleText(
        Setting(True, 30),
        gettext_lazy(
            "Masih di Lapas sampai pertemuan terakhir. Bila perkiraan bebas tidak tercatat, dihitung dari "
            "ekspirasi dikurangi remisi setiap 17 Agustus."
        ),
        unit=gettext_lazy("hari remisi setiap 17 Agustus"),
    ),
    Rule.REGISTER_F: RuleText(
        Setting(True), gettext_lazy("Tidak tercatat dalam Register F pada hari pertama angkatan.")
    ),
    Rule.HEALTH: RuleText(
        Setting(True), gettext_lazy("Penilaian kesehatan terakhir: layak ikut pelatihan.")
    ),
    Rule.EDUCATION: RuleText(
        Setting(False, 0),
        gettext_lazy("Pendidikan paling rendah."),
        choices={int(one): one.label for one in Finding.VALUES[Finding.Kind.EDUCATION]},
    ),
    Rule.SEX_QUOTA: RuleText(
        Setting(False, 50),
        gettext_lazy("Sebagian kursi disimpan untuk perempuan."),
        unit=gettext_lazy("persen kursi"),
        most=100,
    ),
    Rule.PREVIOUS_REMOVAL: RuleText(
        Setting(True, 6),
        gettext_lazy("Tidak diberhentikan karena disiplin menjelang angkatan ini."),
        unit=gettext_lazy("bulan terakhir"),
        most=120,
    ),
    Rule.ALREADY_CERTIFIED: RuleText(
        Setting(True), gettext_lazy("Belum punya sertifikat dari program yang sama.")
    ),
    Rule.MUST_NOT_MEET: RuleText(
        Setting(True), gettext_lazy("Tidak bertemu peserta yang harus dipisahkan darinya.")
    ),
    Rule.OTHER_ACTIVITIES: RuleText(
        Setting(True), gettext_lazy("Tidak punya kegiatan lain pada jam pertemuan.")
    ),
}


@dataclass(frozen=True)
class Place:
    """What the rules need to know of a batch: its course of meetings, its seats, who has them."""

    course: Course
    starts_on: date
    quota: int
    program: str
    men: int = 0


@dataclass(frozen=True)
class Facts:
    """What is known of one person when somebody wonders about a batch. Lists are newest first."""

    inmate: Inmate
    health: Finding | None = None
    education: Finding | None = None
    removal: Enrollment | None = None
    certified: Enrollment | None = None
    separations: tuple = ()
    activities: tuple = ()


def advise(facts, place, settings):
    """[Advice] of every rule in use, in the order of `Rule`; `settings` is {Rule: Setting}."""
    return [
        Advice(rule, *JUDGES[rule](facts, place, settings[rule].amount))
        for rule in Rule
        if settings[rule].is_on
    ]


def unanswered(advice, overrides):
    """The [Advice] against somebody that no officer has set aside yet."""
    set_aside = {one.rule for one in overrides}
    return [one for one in advice if one.is_against and one.rule not in set_aside]


def _file(inmate):
    """(source, date) of what the person's file says."""
    return inmate.get_facts_from_display() or _("data warga binaan"), inmate.facts_on


def _day(day):
    return date_format(day, "SHORT_DATE_FORMAT")


def _days(count):
    return ngettext("%(count)s hari", "%(count)s hari", count) % {"count": count}


def sentence_served(facts, place, amount):
    name, share = SHARES[amount]
    served_on = getattr(facts.inmate, name)
    about = {"share": share}
    if served_on is None:
        fact = _("Tanggal %(share)s masa pidana belum tercatat") % about
        return Verdict.UNKNOWN, fact, *_file(facts.inmate)
    about["day"] = _day(served_on)
    if served_on <= place.starts_on:
        fact = _("%(share)s masa pidana %(day)s") % about
        return Verdict.OK, fact, *_file(facts.inmate)
    about["days"] = _days((served_on - place.starts_on).days)
    fact = _("%(share)s masa pidana baru tercapai %(day)s, %(days)s sesudah mulai") % about
    return Verdict.AGAINST, fact, *_file(facts.inmate)


def days_left(facts, place, amount):
    release = release_of(facts.inmate, remission_days=amount, today=timezone.localdate())
    if release is None:
        return Verdict.UNKNOWN, _("Perkiraan bebas belum tercatat"), *_file(facts.inmate)
    course = place.course
    fact = release_words(release)
    if release.on >= course.last_on:
        return Verdict.OK, fact, *_file(facts.inmate)
    early = _days((course.last_on - release.on).days)
    fact = _("%(release)s, %(days)s sebelum angkatan selesai") % {"release": fact, "days": early}
    if course.hours:
        fact = _("%(fact)s; saat itu %(hours)s dari %(total)s JP sudah diberikan") % {
            "fact": fact,
            "hours": course.hours_until(release.on),
            "total": course.hours,
        }
    return Verdict.AGAINST, fact, *_file(facts.inmate)


def release_words(release: Release):
    if not release.is_reckoned:
        return _("Perkiraan bebas %(day)s") % {"day": _day(release.on)}
    if not release.remission_days:
        return _("Ekspirasi %(day)s") % {"day": _day(release.on)}
    return _("Bebas sekitar %(day)s menurut ekspirasi dikurangi remisi %(days)s") % {
        "day": _day(release.on),
        "days": _days(release.remission_days),
    }


def register_f(facts, place, amount):
    until = facts.inmate.disciplined_until
    if until is None:
        return Verdict.OK, _("Tidak tercatat dalam Register F"), *_file(facts.inmate)
    verdict = Verdict.AGAINST if until >= place.starts_on else Verdict.OK
    return verdict, _("Register F sampai %(day)s") % {"day": _day(until)}, *_file(facts.inmate)


def health(facts, place, amount):
    finding = facts.health
    if finding is None:
        return Verdict.UNKNOWN, _("Dokter belum menilai"), _("belum ada penilaian")
    verdict = Verdict.AGAINST if finding.value == Finding.Value.UNFIT else Verdict.OK
    return verdict, finding.get_value_display(), finding.source, finding.found_on


def education(facts, place, amount):
    finding = facts.education
    if finding is None:
        return Verdict.UNKNOWN, _("Pendidikan belum tercatat"), _("belum ada penilaian")
    fact = _("Pendidikan: %(level)s") % {"level": finding.get_value_display()}
    if int(finding.value) >= amount:
        return Verdict.OK, fact, finding.source, finding.found_on
    fact = _("%(fact)s, paling rendah %(least)s") % {
        "fact": fact,
        "least": Finding.Value(str(amount)).label,
    }
    return Verdict.AGAINST, fact, finding.source, finding.found_on


def sex_quota(facts, place, amount):
    kept = -(-place.quota * amount // 100)
    words = {"kept": kept, "quota": place.quota, "men": place.men}
    is_against = facts.inmate.sex == Inmate.Sex.MALE and place.men >= place.quota - kept
    fact = (
        _("%(kept)s dari %(quota)s kursi disimpan untuk perempuan; laki-laki sudah %(men)s")
        if is_against
        else _("%(kept)s dari %(quota)s kursi disimpan untuk perempuan")
    )
    return (
        Verdict.AGAINST if is_against else Verdict.OK,
        fact % words,
        _("daftar peserta"),
        timezone.localdate(),
    )


def previous_removal(facts, place, amount):
    removal = facts.removal
    if removal is None:
        return Verdict.OK, _("Belum pernah diberhentikan"), _("daftar peserta")
    is_recent = months_after(removal.ended_on, amount) > place.starts_on
    fact = _("Diberhentikan dari %(batch)s karena disiplin %(day)s") % {
        "batch": removal.batch,
        "day": _day(removal.ended_on),
    }
    verdict = Verdict.AGAINST if is_recent else Verdict.OK
    return verdict, fact, _("daftar peserta"), removal.ended_on


def already_certified(facts, place, amount):
    certified, source = facts.certified, _("buku register sertifikat")
    if certified is None:
        fact = _("Belum bersertifikat %(program)s") % {"program": place.program}
        return Verdict.OK, fact, source
    fact = _("Sudah bersertifikat %(program)s dari %(batch)s") % {
        "program": place.program,
        "batch": certified.batch,
    }
    return Verdict.AGAINST, fact, source, timezone.localdate(certified.closed_at)


def must_not_meet(facts, place, amount):
    source = _("catatan pemisahan")
    if not facts.separations:
        return Verdict.OK, _("Boleh bertemu semua peserta"), source
    names = ", ".join(str(other) for other, _recorded_on in facts.separations)
    fact = ngettext(
        "Tidak boleh bertemu peserta ini: %(names)s",
        "Tidak boleh bertemu peserta ini: %(names)s",
        len(facts.separations),
    ) % {"names": names}
    return Verdict.AGAINST, fact, source, max(day for _other, day in facts.separations)


def other_activities(facts, place, amount):
    source = _("catatan kegiatan")
    clashes = [(one, place.course.meetings_during(one)) for one in facts.activities]
    clashes = [(one, meetings) for one, meetings in clashes if meetings]
    if not clashes:
        return Verdict.OK, _("Tidak ada kegiatan lain pada jam pertemuan"), source
    titles = ", ".join(
        _("%(title)s (%(weekday)s %(start)s–%(end)s)")
        % {
            "title": one.title,
            "weekday": WEEKDAYS[one.weekday - 1],
            "start": date_format(one.starts_at, "TIME_FORMAT"),
            "end": date_format(one.ends_at, "TIME_FORMAT"),
        }
        for one, _meetings in clashes
    )
    count = len({(one.takes_place_on, one.starts_at) for _, found in clashes for one in found})
    fact = ngettext(
        "%(titles)s bersamaan dengan %(count)s pertemuan",
        "%(titles)s bersamaan dengan %(count)s pertemuan",
        count,
    ) % {"titles": titles, "count": count}
    return Verdict.AGAINST, fact, source, max(one.starts_on for one, _meetings in clashes)


def months_after(day, months):
    """The same day of the month so many months later, or that month's last day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last))


JUDGES = {
    Rule.SENTENCE_SERVED: sentence_served,
    Rule.DAYS_LEFT: days_left,
    Rule.REGISTER_F: register_f,
    Rule.HEALTH: health,
    Rule.EDUCATION: education,
    Rule.SEX_QUOTA: sex_quota,
    Rule.PREVIOUS_REMOVAL: previous_removal,
    Rule.ALREADY_CERTIFIED: already_certified,
    Rule.MUST_NOT_MEET: must_not_meet,
    Rule.OTHER_ACTIVITIES: other_activities,
}
