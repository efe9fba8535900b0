"""How certificates look, what they say beside the facts, how they are numbered, what none may bear."""

import hashlib
from dataclasses import replace
from datetime import date
from itertools import product

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit
from certificates import emblems
from certificates.content import design_of, designs_of, numbering_of_school
from certificates.documents import CannotDraw, look_of, sheet
from certificates.models import Certificate, Design, Emblem, ForbiddenWord, NumberFormat
from certificates.numbers import WIDEST_MONTH, WIDEST_SEQUENCE, all_months, check_template
from certificates.papers import sample_paper
from certificates.samples import KINDS, PROGRAM, sample_content
from certificates.stigma import betrayals, words_for
from partnerships.models import Agreement, Partner
from programs.models import Program

MOST_LINES_ABOVE = 2
PICTURES = ("emblem", "program_emblem")
TEXTS = (
    *("letterhead", "address", "title", "opening", "sentence", "partial_title"),
    *("partial_sentence", "title_en", "partial_title_en"),
)
SHORTEST_WORD = 3


@transaction.atomic
def save_design(*, agreement, seen_version, by, **fields):
    """The next version of an agreement's design; the newest one as it is when nothing changed.

    `seen_version` is the one that was on the screen: who saves second is told, and undoes nobody's work.
    """
    agreement = Agreement.objects.select_for_update(no_key=True, of=("self",)).get(pk=agreement.pk)
    newest = design_of(agreement)
    if newest.version != seen_version:
        raise ValidationError(
            _(
                "%(who)s baru saja menyimpan versi %(version)s desain ini. Muat ulang halamannya,"
                " lalu ulangi perubahan yang masih perlu."
            )
            % {"who": newest.created_by, "version": newest.version}
        )
    changed = [name for name, value in fields.items() if getattr(newest, name) != value]
    if newest.version and not changed:
        return newest
    design = Design(agreement=agreement, version=newest.version + 1, created_by=by, **fields)
    check_design(design)
    design.full_clean()
    design.save()
    audit.record(
        "design.saved",
        design,
        by=by,
        facility=agreement.facility,
        version=design.version,
        fields=changed,
        reason=design.naming_reason,
    )
    return design


def check_design(design):
    """ValidationError, beside the field, unless a design may go on paper and fits it."""
    partner = design.agreement.partner
    for name in PICTURES:
        if (emblem := getattr(design, name)) and emblem.partner_id != partner.pk:
            raise ValidationError({name: _("Lambang ini milik sekolah lain.")})
    if len(design.letterhead.splitlines()) > MOST_LINES_ABOVE:
        raise ValidationError({"letterhead": _("Paling banyak dua baris.")})
    if not design.can_name_facility and (refusals := betrayals_of(design)):
        raise ValidationError(refusals)
    if problems := unfit(design):
        raise ValidationError(problems)


def betrayals_of(design):
    """{field: [which word stands there]} of the texts of a design; "__all__" for the school's name."""
    said = {
        field.name: str(getattr(design, field.name) or "")
        for field in Design._meta.fields
        if field.name in (*TEXTS, *PICTURES)
    } | {"__all__": design.agreement.partner.name}
    words = words_for(design.agreement.facility)
    found = {name: betrayals([text], words) for name, text in said.items()}
    return {
        name: [_refusal(one.word, is_school=name == "__all__") for one in ones]
        for name, ones in found.items()
        if ones
    }


def _refusal(word, *, is_school):
    if is_school:
        return _("Nama sekolah memuat kata “%(word)s”, yang akan tercetak.") % {"word": word}
    return _(
        "Kata “%(word)s” menunjukkan tempat pelatihan, jadi tidak boleh tercetak."
        " Ganti katanya, atau beri izin di bawah dengan alasannya."
    ) % {"word": word}


def unfit(design, template=""):
    """Why what the design says does not fit its sheet under the longest of its numbers, in words, each once."""
    problems = {}
    for kind, code in product(KINDS, _codes(design.agreement)):
        content = sample_content(agreement=design.agreement, design=design, kind=kind)
        number = numbering_of_school(
            design.agreement.partner,
            kind=content["kind"],
            program=code,
            day=date(2026, WIDEST_MONTH, 1),
            template=template,
        ).text(WIDEST_SEQUENCE)
        if content["duplicate_of"]:
            content["duplicate_of"]["number"] = number
        try:
            sheet(sample_paper(content | {"number": number}), look_of(content))
        except CannotDraw as error:
            problems[str(error)] = None
    return list(problems)


def _codes(agreement):
    covered = agreement.coverages.values_list("program__code", flat=True)
    return sorted(set(covered)) or [PROGRAM[0]]


@transaction.atomic
def add_emblem(*, agreement, name, file, by):
    """Keep the uploaded `file` (a Django File, PNG or JPEG), drawn anew, as an emblem of the school."""
    partner = agreement.partner
    try:
        drawn = emblems.drawn_anew(file)
    except ValidationError as error:
        raise ValidationError({"file": error}) from None
    if found := betrayals([name], words_for(agreement.facility)):
        raise ValidationError({"name": _("Nama lambang memuat kata “%s”.") % found[0].word})
    emblem = Emblem(
        partner=partner,
        name=name,
        png=drawn.png,
        sha256=hashlib.sha256(drawn.png).hexdigest(),
        width=drawn.width,
        height=drawn.height,
        uploaded_by=by,
    )
    emblem.full_clean()
    try:
        with transaction.atomic():
            emblem.save()
    except IntegrityError:
        raise ValidationError({"name": _("Lambang ini sudah ada.")}) from None
    audit.record("emblem.added", emblem, by=by, facility=agreement.facility, partner=partner.pk)
    return emblem


@transaction.atomic
def set_number_format(*, partner, template, by):
    """How the school's next certificates are numbered; those that have a number keep it."""
    partner = Partner.objects.select_for_update(no_key=True).get(pk=partner.pk)
    if by.facility and not Partner.objects.worked_with(by.facility.pk).filter(pk=partner.pk):
        raise ValidationError(_("Belum ada perjanjian dengan sekolah ini."))
    try:
        check_number_format(partner=partner, template=template, facility=by.facility)
    except ValidationError as error:
        raise ValidationError({"template": error}) from None
    current = NumberFormat.objects.filter(partner=partner).first()
    if current and current.template == template:
        return current
    chosen = current or NumberFormat(partner=partner)
    old, chosen.template, chosen.set_by = chosen.template, template, by
    chosen.full_clean()
    chosen.save()
    audit.record("number_format.set", chosen, by=by, facility=by.facility, old=old, new=template)
    return chosen


def check_number_format(*, partner, template, facility):
    """ValidationError unless every number that may come of it is safe, new, fits its sheets and tells nothing."""
    check_template(template)
    words = words_for(facility)
    programs = Program.objects.filter(agreements__partner=partner)
    own = programs.filter(facility=facility).values_list("code", flat=True).distinct()
    for code in [*own] or [PROGRAM[0]]:
        numbers = all_months(template, school=partner.short_code, program=code)
        if found := betrayals(numbers, words):
            raise ValidationError(
                _("Nomor akan memuat “%(word)s”, misalnya %(number)s.")
                % {"word": found[0].word, "number": found[0].text}
            )
    _check_new(partner, template, programs.values_list("code", flat=True).distinct())
    for design in designs_of(partner.agreements.select_related("partner")).values():
        if problems := unfit(design, template):
            raise ValidationError(problems)


def _check_new(partner, template, codes):
    """ValidationError when a number of another book, or of another school, is written like this."""
    there = Certificate.objects.filter(number__contains=partner.short_code)
    numbers = list(there.values_list("number", "series__key", "dated_on__year"))
    for code, kind in product(codes, Certificate.Kind.values):
        book = numbering_of_school(
            partner, kind=kind, program=code, day=timezone.localdate(), template=template
        )
        pattern = book.pattern
        for number, key, year in numbers:
            if pattern.fullmatch(number) and replace(book, year=year).series_key != key:
                raise ValidationError(
                    _("Nomor %(number)s sudah ada dalam buku lain; susunan ini bisa mengulanginya.")
                    % {"number": number}
                )


@transaction.atomic
def forbid_word(*, word, facility, by):
    """No certificate of `facility` may bear the word from now on; of any, when facility is None."""
    word = " ".join(word.split())
    if len(word) < SHORTEST_WORD:
        raise ValidationError(
            {"word": _("Paling sedikit tiga huruf; yang lebih pendek ada di mana-mana.")}
        )
    row = ForbiddenWord(word=word, facility=facility, added_by=by)
    row.full_clean()
    row.save()
    audit.record("word.forbidden", row, by=by, facility=facility)
    return row


@transaction.atomic
def allow_word(*, forbidden, by):
    """Take back a word that was added; those that come with the product stay."""
    audit.record("word.allowed", forbidden, by=by, facility=forbidden.facility)
    forbidden.delete()
