"""Jember's statement, Metro's import: what was done goes along, and nothing forged comes in."""

import base64
import hashlib
import json
from datetime import date
from io import BytesIO

import pypdfium2
import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from pypdf import PdfWriter

from accounts.models import AuditEvent
from core import signing
from participants import services
from participants.documents.statement import LETTER_NAME, letter_in
from participants.models import CarriedTraining
from participants.queries.life import life_of
from participants.queries.standings import standings
from participants.services import transfers
from tests import factories
from tests.core.signers import at_another_house
from tests.partnerships.scans import pdf, photo

pytestmark = pytest.mark.django_db

URL = reverse("participants:statement_import")
FORM = {
    "number": "W15.PAS-12/2025",
    "destination": "Kepala Lapas Kelas IIA Metro",
    "signer_title": "Kepala Lapas Kelas IIA Jember",
    "signer_name": "RM. Kristyo Nugroho",
    "signer_nip": "19661018 199203 1 001",
}


@pytest.fixture
def achmad(training):
    """Of Jember: housed, sentenced, disciplined; there on the first day, with a score in one unit, then moved."""
    inmate = training.enrollments[0].inmate
    inmate.born_on, inmate.housing_unit = date(1990, 2, 3), "Blok Kenanga/7"
    inmate.expected_release_on = inmate.disciplined_until = date(2027, 9, 8)
    inmate.save()
    return inmate


@pytest.fixture
def state(training, achmad):
    """Makes a statement of what Jember knows by now."""

    def state(**more):
        return services.make_statement(
            enrollment=training.enrollments[0], by=training.cast.officer, **FORM | more
        )

    return state


@pytest.fixture
def newcomer(cast):
    """The same person, as Metro has registered him."""
    return factories.InmateFactory(
        facility=cast.metro, name="ACHMAD  FAUZI", born_on=date(1990, 2, 3)
    )


@pytest.fixture
def desk(cast, browse):
    """An officer of Metro."""
    return browse(cast.stranger)


def letter_of(statement):
    with statement.file.open() as file:
        return letter_in(file)


def upload(content, name="surat.pdf"):
    return {"file": SimpleUploadedFile(name, content, "application/pdf")}


def bring(desk, statement, inmate):
    """Uploads the file and says whose it is; the answer to the latter."""
    with statement.file.open() as file:
        page = desk.post(URL, {"file": file})
    return desk.post(URL, {"letter": page.context["form"]["letter"].value(), "inmate": inmate.pk})


def said_by(page):
    return [one for errors in page.context["form"].errors.values() for one in errors]


class TestJourney:
    def test_what_was_done_in_jember_stands_at_metro(self, training, state, newcomer, desk):
        training.mark(training.sessions[0], "TAH")
        training.mark(training.sessions[1], "SHH", cause="facility")
        training.assess("87.5")
        statement = state()
        assert bring(desk, statement, newcomer).url == newcomer.get_absolute_url()
        (says,) = life_of(newcomer)["carried"]
        here = standings(training.batch)[0]
        assert (says["attended"], says["taught"], says["percent"]) == (4, 8, here.percent)
        assert [
            (unit["title"], unit["taught"], unit["attended"], str(unit["score"]), unit["result"])
            for unit in says["units"]
        ] == [
            ("Higiene dan sanitasi", 4, 4, "87.50", "K"),
            ("Adonan roti", 4, 0, "87.50", "K"),
        ]
        assert says["facility"] == "Lapas Kelas IIA Jember"

    def test_marks_finished_later_take_the_place_of_the_first_letter(
        self, training, state, newcomer, desk
    ):
        services.depart(
            inmate=training.enrollments[0].inmate,
            departed_on=date(2025, 12, 17),
            departure="transferred",
            by=training.cast.officer,
        )
        first = state()
        training.mark(training.sessions[0], "HHH")
        second = state(number="W15.PAS-13/2025")
        for statement in (second, first):
            bring(desk, statement, newcomer)
        (says,) = life_of(newcomer)["carried"]
        assert (says["number"], says["attended"]) == ("W15.PAS-13/2025", 4)
        assert CarriedTraining.objects.count() == 2

    def test_the_person_is_found_by_name_if_no_birthday_speaks_against_it(
        self, state, newcomer, desk, cast
    ):
        """A twin has the birthday, a namesake the name; Metro's second entry of him has no birthday yet."""
        for name, born_on in (("Eko", date(1990, 2, 3)), ("Achmad Fauzi", date(1991, 2, 3))):
            factories.InmateFactory(facility=cast.metro, name=name, born_on=born_on)
        undated = factories.InmateFactory(facility=cast.metro, name="Achmad Fauzi bin Umar")
        with state().file.open() as file:
            page = desk.post(URL, {"file": file})
        assert set(page.context["people"]) == {newcomer, undated}

    def test_somebody_unknown_is_registered_first(self, state, desk):
        with state().file.open() as file:
            page = desk.post(URL, {"file": file})
        assert "Catat dulu orangnya" in page.content.decode()

    def test_metros_page_shows_it_and_an_instructor_sees_nothing(
        self, state, newcomer, desk, browse, cast
    ):
        bring(desk, state(), newcomer)
        assert "Produksi Bakery" in desk.get(newcomer.get_absolute_url()).content.decode()
        assert browse(cast.instructor).get(newcomer.get_absolute_url()).status_code == 403


class TestStatement:
    def test_is_kept_byte_for_byte(self, training, state, browse):
        statement = state()
        url = reverse("participants:statement_download", args=[statement.pk])
        content = b"".join(browse(training.cast.officer).get(url).streaming_content)
        assert hashlib.sha256(content).hexdigest() == statement.sha256
        assert json.loads(letter_of(statement))["content"] == statement.content

    def test_says_nothing_that_the_next_facility_need_not_know(self, training, state):
        services.end_enrollment(
            enrollment=training.enrollments[0],
            ended_on=date(2025, 12, 17),
            end_reason="discipline",
            end_note="Ribut",
            by=training.cast.officer,
        )
        statement = state()
        with statement.file.open() as file:
            pages = pypdfium2.PdfDocument(file.read())
        told = [text.get_textpage().get_text_bounded() for text in pages]
        told.append(letter_of(statement).decode())
        restricted = ("Kenanga", "2027", "September", "isiplin", "Ribut")
        assert [word for word in restricted if any(word in text for text in told)] == []
        assert all("Achmad Fauzi" in text for text in told)

    @pytest.mark.parametrize(("paper", "height"), [("a4", 842), ("f4", 935)])
    def test_on_the_office_s_paper(self, state, paper, height):
        with state(paper=paper).file.open() as file:
            pages = pypdfium2.PdfDocument(file.read())
        assert [round(page.get_height()) for page in pages] == [height]

    def test_the_form_remembers_who_signs(self, training, state, browse):
        state()
        url = reverse("participants:statement_create", args=[training.enrollments[1].pk])
        desk = browse(training.cast.officer)
        page = desk.get(url)
        assert page.context["form"]["signer_name"].value() == "RM. Kristyo Nugroho"
        page = desk.post(url, FORM | {"paper": "a4", "number": ""})
        assert list(page.context["form"].errors) == ["number"]
        assert desk.post(url, FORM | {"paper": "f4"}).status_code == 302
        assert training.enrollments[1].statements.get().content["signer"]["title"].startswith("K")


def carrying(**attachments):
    """The bytes of a blank PDF with these letters in it."""
    writer = PdfWriter(clone_from=BytesIO(pdf()))
    for name, content in attachments.items():
        writer.add_attachment(name, content)
    file = BytesIO()
    writer.write(file)
    return file.getvalue()


def carrying_letter(letter, **more):
    return carrying(**{LETTER_NAME: letter}, **more)


def rewritten(statement, change):
    """As somebody would who can write PDFs."""
    return carrying_letter(change(letter_of(statement)))


def with_content(letter, **changes):
    said = json.loads(letter)
    said["content"] |= changes
    return signing.canonical(said)


def resigned(letter, purpose=transfers.PURPOSE, **changes):
    content = json.loads(letter)["content"] | changes
    signature = signing.sign(purpose, signing.canonical(content))
    return signing.canonical(
        {"content": content, "key": signature.key_id, "signature": signature.value}
    )


FORGERIES = {
    "one figure better": (lambda letter: with_content(letter, attended=999), "tidak cocok"),
    "signed as something else": (lambda letter: resigned(letter, "sertifikat"), "tidak cocok"),
    "no JSON": (lambda letter: b"{", "rusak"),
    "a list": (lambda letter: b"[]", "rusak"),
    "very deep": (lambda letter: b"[" * 90_000, "rusak"),
    "too large": (lambda letter: letter + b" " * 100_000, "terlalu besar"),
    "of a later version": (lambda letter: resigned(letter, version=2), "versi"),
    "with more than we read": (lambda letter: resigned(letter, crime="x"), "versi"),
    "with a strange day": (lambda letter: resigned(letter, joined_on="kemarin"), "rusak"),
    "with a strange number": (lambda letter: resigned(letter, percent="NaN"), "rusak"),
}


class TestForgeries:
    @pytest.fixture(autouse=True)
    def blank_paper(self, monkeypatch):
        """What is printed is looked at elsewhere, and takes its time."""
        draw = lambda content, letter, **paper: carrying_letter(letter)  # noqa: E731
        monkeypatch.setattr(transfers, "statement_pdf", draw)

    @pytest.mark.parametrize("kind", FORGERIES)
    def test_each_is_told_and_leaves_nothing(self, state, newcomer, desk, kind):
        change, word = FORGERIES[kind]
        page = desk.post(URL, upload(rewritten(state(), change)))
        (said,) = said_by(page)
        assert word in said
        assert not CarriedTraining.objects.exists()

    def test_canary_a_letter_put_back_unchanged_is_read(self, state, newcomer, desk):
        page = desk.post(URL, upload(rewritten(state(), lambda letter: letter)))
        assert list(page.context["people"]) == [newcomer]

    def test_canary_without_the_check_the_better_figure_is_believed(
        self, state, newcomer, desk, monkeypatch
    ):
        monkeypatch.setattr(signing, "verify", lambda *signed: True)
        better = FORGERIES["one figure better"][0]
        page = desk.post(URL, upload(rewritten(state(), better)))
        assert page.context["says"]["attended"] == 999

    def test_another_house_counts_once_it_is_trusted(self, state, newcomer, desk, settings):
        def letter_from_there(letter):
            return at_another_house(settings, lambda: resigned(letter))

        theirs = upload(rewritten(state(), letter_from_there))
        assert "belum dipercaya" in said_by(desk.post(URL, theirs))[0]
        key = at_another_house(settings, signing.public_key)
        settings.TRUSTED_SIGNERS = {signing.key_id(key): key}
        theirs["file"].seek(0)
        assert list(desk.post(URL, theirs).context["people"]) == [newcomer]

    @pytest.mark.parametrize(
        ("content", "word"),
        [
            (pdf(), "tidak membawa data"),
            (pdf(password="rahasia"), "rusak atau terkunci"),
            (b"%PDF-1.7 and no more", "rusak atau terkunci"),
            (photo(), "bukan PDF"),
            (b"%PDF-" + b" " * (5 * 2**20), "lebih besar dari 5 MB"),
        ],
    )
    def test_what_is_no_statement_at_all(self, desk, content, word):
        (said,) = said_by(desk.post(URL, upload(content)))
        assert word in said

    def test_a_second_attachment_is_one_too_many(self, state, desk):
        two = carrying_letter(letter_of(state()), other=b"hai")
        (said,) = said_by(desk.post(URL, upload(two)))
        assert "tidak membawa data" in said

    def test_not_twice(self, state, newcomer, desk):
        statement = state()
        bring(desk, statement, newcomer)
        assert said_by(bring(desk, statement, newcomer)) == ["Surat keterangan ini sudah tercatat."]
        assert CarriedTraining.objects.count() == 1
        assert AuditEvent.objects.filter(action="statement.imported").count() == 1

    def test_not_to_a_second_person_of_the_same_house(self, state, newcomer, desk, cast):
        """One letter, two people of one name: the training is one person's."""
        namesake = factories.InmateFactory(facility=cast.metro, name="Achmad Fauzi")
        statement = state()
        bring(desk, statement, newcomer)
        assert said_by(bring(desk, statement, namesake)) == ["Surat keterangan ini sudah tercatat."]
        assert not namesake.carried_trainings.exists()

    def test_not_where_it_was_made(self, training, state, achmad, browse):
        statement = state()
        said = ["Surat ini dibuat di sini; pelatihannya sudah tercatat."]
        page = browse(training.cast.officer).post(
            URL, upload(carrying_letter(letter_of(statement)))
        )
        assert said_by(page) == said
        with pytest.raises(ValidationError) as refusal:
            services.import_statement(
                inmate=achmad, letter=letter_of(statement), by=training.cast.officer
            )
        assert refusal.value.messages == said

    def test_not_to_somebody_else(self, state, newcomer, desk, cast):
        """Neither offered, nor taken when the form is forged, nor by the service."""
        eko = factories.InmateFactory(facility=cast.metro, name="Eko", born_on=date(1990, 2, 3))
        statement = state()
        assert bring(desk, statement, eko).context["form"].errors.keys() == {"inmate"}
        assert bring(desk, statement, statement.enrollment.inmate).status_code == 200
        with pytest.raises(ValidationError, match="tentang Achmad Fauzi"):
            services.import_statement(inmate=eko, letter=letter_of(statement), by=cast.stranger)
        assert not CarriedTraining.objects.exists()

    def test_a_letter_changed_in_the_page_is_refused_in_words(self, state, newcomer, desk):
        forged = base64.b64encode(with_content(letter_of(state()), attended=999)).decode()
        broken = "Surat itu tidak sampai dengan utuh."
        for letter, words in ((forged, "tidak cocok"), ("???", broken), ("é", broken)):
            page = desk.post(URL, {"letter": letter, "inmate": newcomer.pk}, follow=True)
            (said,) = page.context["messages"]
            assert words in str(said)
        assert not CarriedTraining.objects.exists()
