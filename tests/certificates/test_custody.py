"""Where each sheet of paper is, who moved it, and to whom it goes."""

from datetime import date, timedelta
from io import BytesIO

import pytest
from django.contrib.messages import get_messages
from django.core.exceptions import ValidationError
from django.db import connection
from django.template.loader import render_to_string
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from python_calamine import load_workbook

from accounts.models import AuditEvent, User
from accounts.scope import ScopedQuerySet
from certificates import services
from certificates.models import Certificate, PaperMove, SignedScan
from certificates.services import custody
from participants.models import ReadingTrail
from reports.worklist import worklist
from tests.certificates import stages
from tests.certificates.sheets import certify, move
from tests.partnerships.scans import pdf, upload

pytestmark = pytest.mark.usefixtures("january")
TODAY = date(2026, 1, 5)


def url(name, thing=None):
    return reverse(f"certificates:{name}", args=[thing.pk] if thing else [])


def words(response):
    return [str(message) for message in get_messages(response.wsgi_request)]


def papers():
    return list(Certificate.objects.order_by("sequence").values_list("paper", flat=True))


def leave(certificate, departure="released", on=TODAY, **more):
    inmate = certificate.enrollment.inmate
    type(inmate).objects.filter(pk=inmate.pk).update(departed_on=on, departure=departure, **more)


@pytest.fixture
def three(training):
    return certify(training)


class TestMovePapers:
    def test_a_class_takes_a_step_together(self, three, cast):
        move(three, "printed", "signed", "stored", by=cast.officer)
        assert papers() == ["stored"] * 3
        assert set(Certificate.objects.values_list("paper_place", flat=True)) == {"Lemari 3"}
        steps = PaperMove.objects.filter(certificate=three[0]).values_list("step", flat=True)
        assert list(steps) == ["printed", "signed", "stored"]
        assert AuditEvent.objects.filter(action="paper.signed", by=cast.officer).count() == 3

    def test_all_or_none(self, three, cast):
        move(three[:2], "printed", by=cast.officer)
        with pytest.raises(ValidationError, match="Kusumaningrat Putra: belum dicetak"):
            move(three, "signed", by=cast.officer)
        assert papers() == ["printed", "printed", ""]

    def test_what_is_there_already_stays_and_is_told(self, three, cast):
        move(three[:1], "printed", by=cast.officer)
        moved = services.move_papers(
            certificates=three, step="printed", happened_on=TODAY, by=cast.certificate_admin
        )
        assert (moved.already, moved.moved) == (three[:1], three[1:])
        assert PaperMove.objects.count() == 3

    @pytest.mark.parametrize(
        ("day", "says"),
        [
            (TODAY + timedelta(days=1), "Tanggal itu belum tiba."),
            (date(2026, 1, 2), "Achmad Fauzi: tidak mungkin sebelum 3 Januari 2026."),
        ],
    )
    def test_no_day_to_come_and_none_before_the_last_step(self, three, cast, day, says):
        move(three[:1], "printed", on=date(2026, 1, 3), by=cast.officer)
        with pytest.raises(ValidationError) as refusal:
            move(three[:1], "signed", on=day, by=cast.officer)
        assert refusal.value.messages == [says]

    def test_stored_somewhere(self, three, cast):
        move(three, "printed", "signed", by=cast.officer)
        with pytest.raises(ValidationError) as refusal:
            move(three, "stored", place=" ", by=cast.officer)
        assert refusal.value.messages == ["Tulis di mana lembarnya disimpan."]

    def test_revoked_sheet_only_goes_away(self, three, cast):
        move(three, "printed", by=cast.officer)
        services.end(certificate=three[0], status="revoked", reason="fraud", by=cast.head)
        with pytest.raises(ValidationError, match="sertifikatnya tidak berlaku"):
            move(three, "signed", by=cast.officer)
        move(three[:1], "lost", by=cast.officer)
        assert papers() == ["lost", "printed", "printed"]

    def test_lost_before_the_signature_is_printed_anew(self, three, cast):
        move(three[:1], "printed", "lost", "printed", by=cast.officer)
        assert papers()[0] == "printed"

    def test_lost_after_it_is_for_a_duplicate_unless_found(self, three, cast):
        move(three[:1], "printed", "signed", "lost", by=cast.officer)
        with pytest.raises(ValidationError, match="bila hilang, buat duplikatnya"):
            move(three[:1], "printed", by=cast.officer)
        move(three[:1], "stored", by=cast.officer)
        assert papers()[0] == "stored"

    def test_moves_are_never_changed(self, three, cast):
        move(three[:1], "printed", by=cast.officer)
        with pytest.raises(Exception, match="append-only"):
            PaperMove.objects.update(step="handed")


@pytest.mark.django_db(transaction=True)
class TestAtOnce:
    """Two officers at the two sides of one desk."""

    def both(self, training):
        certificates = certify(training)
        act = [
            lambda user=user: services.move_papers(
                certificates=certificates, step="printed", happened_on=TODAY, by=user
            )
            for user in (training.cast.officer, training.cast.certificate_admin)
        ]
        stages.at_once(*act)
        return PaperMove.objects.count()

    def test_one_step_is_written_once(self, training):
        assert self.both(training) == 3

    def test_without_the_lock_it_is_written_twice(self, training, monkeypatch):
        """Canary. SQLite has no row locks: there one waits for the other's whole transaction."""
        if connection.vendor == "sqlite":
            pytest.skip("SQLite has one writer at a time, so there is no row lock to take away")
        from threading import Barrier

        from tests.programs.races import meet_after

        monkeypatch.setattr(
            "django.db.models.QuerySet.select_for_update", lambda rows, **how: rows.all()
        )
        meet_after(monkeypatch, custody, "last_moves", racers=2, patience=5, crowd=Barrier(2))
        assert self.both(training) == 6


class TestTray:
    def test_a_press_moves_those_ticked(self, three, training, cast, browse):
        officer = browse(cast.officer)
        ticked = {"certificates": [three[0].pk, three[2].pk], "part": "none"}
        answer = officer.post(
            url("tray_move", training.batch),
            ticked | {"step": "printed", "happened_on": "5 Januari 2026"},
        )
        assert words(answer) == ["2 lembar tercatat dicetak."]
        assert papers() == ["printed", "", "printed"]

    def test_again_changes_nothing_and_is_told(self, three, training, cast, browse):
        data = {"certificates": [one.pk for one in three], "part": "none"}
        data |= {"step": "printed", "happened_on": "5-1-2026"}
        officer = browse(cast.officer)
        officer.post(url("tray_move", training.batch), data)
        answer = officer.post(url("tray_move", training.batch), data)
        assert "3 lembar memang sudah tercatat dicetak." in words(answer)
        assert PaperMove.objects.count() == 3

    def test_refusal_stands_in_its_part_with_what_was_typed(self, three, training, cast, browse):
        move(three, "printed", "signed", by=cast.officer)
        page = browse(cast.officer).post(
            url("tray_move", training.batch),
            {
                "certificates": [three[1].pk],
                "part": "signed",
                "step": "stored",
                "happened_on": "besok",
            },
        )
        assert page.status_code == 422
        (part,) = page.context["parts"]
        assert list(part["form"].errors) == ["happened_on"]
        assert part["chosen"] == [three[1].pk]
        assert 'value="besok"' in page.content.decode()

    def test_refusal_whose_part_is_gone_is_said_on_top(self, three, training, cast, browse):
        """Somebody else had signed all of them meanwhile."""
        move(three, "printed", "signed", "stored", by=cast.certificate_admin)
        page = browse(cast.officer).post(
            url("tray_move", training.batch),
            {
                "certificates": [three[1].pk],
                "part": "printed",
                "step": "signed",
                "happened_on": "5-1-2026",
            },
        )
        assert words(page) == ["Sutrisno: belum dicetak."]

    def test_another_prisons_sheet_is_no_choice(self, three, training, cast, browse):
        other = certify(stages.another_training(cast, facility=cast.metro), key="LAS/X/2025")
        page = browse(cast.officer).post(
            url("tray_move", training.batch),
            {
                "certificates": [other[0].pk],
                "part": "none",
                "step": "printed",
                "happened_on": "5-1-2026",
            },
        )
        assert (page.status_code, papers()) == (422, [""] * 4)

    def test_board_counts_by_step_and_what_to_withdraw(self, three, cast, browse):
        move(three, "printed", by=cast.officer)
        move(three[:1], "signed", by=cast.officer)
        services.end(certificate=three[2], status="revoked", reason="fraud", by=cast.head)
        (row,) = browse(cast.officer).get(url("tray_list")).context["rows"]
        assert (row.counts, row.to_withdraw, row.is_done) == ([0, 1, 1, 0, 0, 0], 1, False)

    def test_a_class_whose_sheets_are_all_gone_leaves_the_board(self, three, cast, browse):
        move(three, "printed", "signed", "handed", by=cast.officer)
        officer = browse(cast.officer)
        assert officer.get(url("tray_list")).context["rows"] == []
        (row,) = officer.get(url("tray_list"), {"state": "all"}).context["rows"]
        assert row.is_done

    def test_overseer_looks_and_has_no_button(self, three, training, cast, browse):
        page = browse(cast.auditor).get(url("tray", training.batch)).content.decode()
        assert ("Achmad Fauzi" in page, "Catat yang dicentang" in page) == (True, False)

    def test_queries_do_not_grow(self, training, cast, browse):
        small = stages.another_training(cast)
        certify(small, key="LAS/SMKN3-JBR/2025")
        officer = browse(cast.officer)

        def queries(address):
            with CaptureQueriesContext(connection) as captured:
                assert officer.get(address).status_code == 200
            return len(captured)

        board, page = queries(url("tray_list")), queries(url("tray", small.batch))
        certify(training)
        assert (queries(url("tray_list")), queries(url("tray", training.batch))) == (board, page)


class TestSignedScan:
    def test_kept_shown_and_given_back(self, three, cast, browse):
        officer, content = browse(cast.officer), pdf(2)
        answer = officer.post(
            url("signed_scan_create", three[0]), {"file": upload(content, "lembar.pdf")}
        )
        assert answer.headers["Location"] == three[0].get_absolute_url()
        scan = SignedScan.objects.get()
        assert "lembar.pdf" in officer.get(url("paper_of", three[0])).content.decode()
        given = officer.get(url("signed_scan_download", scan))
        assert b"".join(given.streaming_content) == content
        assert given.headers["Content-Disposition"] == 'attachment; filename="lembar.pdf"'

    def test_no_harmless_file_and_the_same_twice(self, three, cast):
        with pytest.raises(ValidationError):
            services.keep_signed_scan(
                certificate=three[0], file=upload(b"MZ", "x.pdf"), by=cast.officer
            )
        keep = {"certificate": three[0], "by": cast.officer}
        services.keep_signed_scan(file=upload(pdf(), "a.pdf"), **keep)
        with pytest.raises(ValidationError) as refusal:
            services.keep_signed_scan(file=upload(pdf(), "b.pdf"), **keep)
        assert refusal.value.message_dict == {"file": ["Pindaian yang sama sudah tersimpan."]}

    def test_the_sheet_of_one_is_not_anothers(self, three, cast):
        """Two files taken for one another; a second class may well hold the same bytes."""
        scan = pdf()
        services.keep_signed_scan(certificate=three[0], file=upload(scan, "a.pdf"), by=cast.officer)
        with pytest.raises(ValidationError) as refusal:
            services.keep_signed_scan(
                certificate=three[1], file=upload(scan, "b.pdf"), by=cast.officer
            )
        said = f"Pindaian ini sudah tersimpan untuk {three[0].number}. Periksa lembarnya."
        assert refusal.value.message_dict == {"file": [said]}


class TestHandOver:
    @pytest.fixture
    def stored(self, three, cast):
        move(three, "printed", "signed", "stored", by=cast.officer)
        return three

    def test_holder_is_the_one_who_takes_it(self, stored, cast, browse):
        officer, page = browse(cast.officer), url("hand_over", stored[0])
        assert 'value="Achmad Fauzi"' in officer.get(page).content.decode()
        officer.post(
            page, {"recipient": "Siti Aminah", "relation": "istri", "happened_on": "5-1-2026"}
        )
        move = PaperMove.objects.get(step="handed")
        assert (move.recipient, move.relation, papers()[0]) == ("Siti Aminah", "istri", "handed")

    def test_second_press_is_told(self, stored, cast, browse):
        officer, page = browse(cast.officer), url("hand_over", stored[0])
        data = {"recipient": "Achmad Fauzi", "happened_on": "5-1-2026"}
        officer.post(page, data)
        again = officer.post(page, data)
        errors = again.context["form"].non_field_errors()
        assert errors == ["Lembar ini sudah tercatat diserahkan."]
        assert PaperMove.objects.filter(step="handed").count() == 1

    def test_second_press_with_another_place_is_told_the_same(self, stored, cast, browse):
        officer, page = browse(cast.officer), url("hand_over", stored[0])
        data = {"recipient": "Achmad Fauzi", "happened_on": "5-1-2026"}
        officer.post(page, data | {"place": "ruang registrasi"})
        again = officer.post(page, data | {"place": "ruang kunjungan"})
        errors = again.context["form"].non_field_errors()
        assert errors == ["Lembar ini sudah tercatat diserahkan."]

    def test_name_of_who_took_it_is_not_in_the_trail(self, stored, cast):
        services.hand_over(
            certificate=stored[0], recipient="Siti Aminah", happened_on=TODAY, by=cast.officer
        )
        assert "Siti" not in str(AuditEvent.objects.filter(action="paper.handed").values())

    def test_moved_person_takes_it_along(self, stored, cast, browse):
        leave(stored[0], "transferred", destination="Lapas Metro")
        page = browse(cast.officer).get(url("hand_over", stored[0]))
        form = page.context["form"]
        assert (form["place"].value(), form["recipient"].value()) == (None, None)
        assert "dimutasi ke Lapas Metro" in page.content.decode()

    def test_where_he_went_is_not_told_by_the_sheet(self, stored, cast, browse):
        """Even when an officer typed it: those who may not know find it on no page, book or receipt."""
        taker = {"recipient": "Budi", "relation": "petugas Metro", "place": "Lapas Metro"}
        services.hand_over(certificate=stored[0], happened_on=TODAY, by=cast.officer, **taker)
        shown = {
            user.username: [
                "Metro" in browse(user).get(url("paper_of", stored[0])).content.decode(),
                "Metro" in self.book(browse(user)),
            ]
            for user in (cast.officer, cast.certificate_admin, cast.auditor)
        }
        assert shown == {
            "petugas": [True, False],
            "sertifikat": [False, False],
            cast.auditor.username: [False, False],
        }

    def book(self, browser):
        answer = browser.get(url("certificate_list"), {"export": "xlsx"})
        return str(load_workbook(BytesIO(answer.content)).get_sheet_by_index(0).to_python())

    def test_nor_by_the_receipt(self, stored, cast, browse, monkeypatch):
        printed = []
        monkeypatch.setattr(
            "certificates.documents.office.render_pdfs",
            lambda template, contexts, **more: [
                printed.append(render_to_string(template, contexts[0])) or b"%PDF-"
            ],
        )
        taker = {"recipient": "Budi", "relation": "petugas Metro", "place": "Lapas Metro"}
        services.hand_over(certificate=stored[0], happened_on=TODAY, by=cast.officer, **taker)
        for user in (cast.officer, cast.certificate_admin):
            browse(user).get(url("receipt", stored[0]))
        assert ["Metro" in one for one in printed] == [True, False]

    def test_where_he_went_is_not_for_the_certificate_officer(self, stored, cast, browse):
        leave(stored[0], "transferred", destination="Lapas Metro")
        page = browse(cast.certificate_admin).get(url("hand_over", stored[0]))
        assert "Lapas Metro" not in page.content.decode()

    def test_receipt_before_and_after(self, stored, cast, browse, monkeypatch):
        seen = []
        monkeypatch.setattr(
            "certificates.documents.office.render_pdfs",
            lambda template, contexts, **more: [seen.extend(contexts) or b"%PDF-"],
        )
        officer = browse(cast.officer)
        officer.get(url("receipt", stored[0]))
        services.hand_over(
            certificate=stored[0],
            recipient="Siti",
            relation="istri",
            happened_on=TODAY,
            by=cast.officer,
        )
        officer.get(url("receipt", stored[0]), {"paper": "f4"})
        moves = [one["move"] and one["move"].recipient for one in seen]
        assert (moves, [one["paper"] for one in seen]) == ([None, "Siti"], ["a4", "f4"])
        assert ReadingTrail.objects.filter(page="receipt", how="printed").count() == 2

    def test_no_receipt_of_a_sheet_that_is_not_there(self, stored, cast, browse):
        move(stored[:1], "lost", by=cast.officer)
        answer = browse(cast.officer).get(url("receipt", stored[0]))
        said = "Tanda terima hanya untuk lembar yang siap diserahkan; lembar ini hilang atau rusak."
        assert (words(answer), answer.headers["Location"]) == (
            [said],
            stored[0].get_absolute_url(),
        )
        assert not ReadingTrail.objects.filter(page="receipt").exists()
        assert (
            url("receipt", stored[0])
            not in browse(cast.officer).get(url("hand_over", stored[0])).content.decode()
        )


class TestDue:
    def test_who_leaves_today_soon_and_elsewhere(self, three, cast, browse):
        leave(three[0])
        leave(three[1], "transferred", on=date(2025, 12, 1))
        self.expect(three[2], TODAY + timedelta(days=14))
        page = browse(cast.officer).get(url("handover_list"))
        groups = {
            name: [row.certificate for row in page.context[name]]
            for name in ("today", "soon", "moved")
        }
        assert groups == {"today": [three[0]], "soon": [three[2]], "moved": [three[1]]}

    def expect(self, certificate, day):
        inmate = certificate.enrollment.inmate
        inmate.expected_release_on = day
        inmate.save()

    def test_day_to_come_is_only_for_who_may_know_it(self, three, cast, browse):
        self.expect(three[0], TODAY)
        leave(three[1], "transferred")
        leave(three[2])
        seen = {
            user.username: "Sutrisno" in browse(user).get(url("handover_list")).content.decode()
            for user in (cast.officer, cast.certificate_admin)
        }
        assert seen == {"petugas": True, "sertifikat": False}
        page = browse(cast.certificate_admin).get(url("handover_list"))
        assert [row.certificate for row in page.context["today"]] == [three[2]]

    @pytest.mark.parametrize("days", [15, -31])
    def test_far_away_or_long_past_is_nobodys_task(self, three, cast, browse, days):
        self.expect(three[0], TODAY + timedelta(days=days))
        page = browse(cast.officer).get(url("handover_list"))
        assert page.context["soon"] == []

    def test_handed_over_is_done(self, three, cast, browse):
        leave(three[0])
        move(three, "printed", "signed", "handed", by=cast.officer)
        assert browse(cast.officer).get(url("handover_list")).context["today"] == []


class TestUnclaimed:
    @pytest.fixture
    def gone(self, three, cast):
        move(three, "printed", "signed", "stored", by=cast.officer)
        leave(three[0], on=date(2026, 1, 4))
        leave(three[1], on=date(2025, 12, 20))
        leave(three[2], "mistaken", on=date(2025, 12, 20))
        return three

    def test_longest_first_with_the_place(self, gone, cast, browse):
        page = browse(cast.officer).get(url("unclaimed_list"))
        assert list(page.context["page"]) == [gone[1], gone[0]]
        assert "Lemari 3" in page.content.decode()

    def test_who_left_today_is_not_late(self, gone, cast, browse):
        leave(gone[0])
        assert list(browse(cast.officer).get(url("unclaimed_list")).context["page"]) == [gone[1]]

    def test_export_tells_the_day_to_whom_it_may_concern(self, gone, cast, browse):
        heads = {}
        for user in (cast.officer, cast.certificate_admin):
            answer = browse(user).get(url("unclaimed_list"), {"export": "xlsx"})
            head, *rows = load_workbook(BytesIO(answer.content)).get_sheet_by_index(0).to_python()
            heads[user.username] = head[6:]
            assert [row[0] for row in rows] == ["Sutrisno", "Achmad Fauzi"]
        assert heads == {"petugas": ["Keluar pada", "Cara keluar"], "sertifikat": []}
        assert ReadingTrail.objects.filter(page="unclaimed_list", how="exported").count() == 4

    def test_day_is_not_on_the_page_of_the_certificate_officer(self, gone, cast, browse):
        page = browse(cast.certificate_admin).get(url("unclaimed_list")).content.decode()
        assert ("Sutrisno" in page, "20 Desember 2025" in page) == (True, False)

    def test_stranger_sees_none_and_without_scope_all(self, gone, cast, browse, monkeypatch):
        def seen():
            pages = [
                browse(cast.stranger).get(url(name)) for name in ("unclaimed_list", "handover_list")
            ]
            return ["Sutrisno" in page.content.decode() for page in pages[:1]]

        assert seen() == [False]
        monkeypatch.setattr(ScopedQuerySet, "visible_to", lambda rows, user: rows.all())
        assert seen() == [True]


class TestWorklist:
    def tasks(self, user):
        user, pages = User.objects.get(pk=user.pk), (url("handover_list"), url("unclaimed_list"))
        return [(one.what, one.due) for one in worklist(user) if one.url in pages]

    def test_on_the_day_and_afterwards(self, three, cast):
        inmate = three[0].enrollment.inmate
        inmate.expected_release_on = TODAY
        inmate.save()
        leave(three[1])
        leave(three[2], on=date(2026, 1, 2))
        late = ("1 lembar sertifikat belum diambil", "")
        assert self.tasks(cast.officer) == [
            ("2 sertifikat harus diserahkan hari ini", "hari ini"),
            late,
        ]
        assert self.tasks(cast.certificate_admin) == [
            ("1 sertifikat harus diserahkan hari ini", "hari ini"),
            late,
        ]
        assert self.tasks(cast.head) == []

    def test_class_to_sign(self, three, training, cast):
        move(three[:1], "printed", "signed", by=cast.officer)
        user, page = User.objects.get(pk=cast.officer.pk), url("tray", training.batch)
        assert [one.what for one in worklist(user) if one.url == page] == [
            "2 lembar sertifikat belum ditandatangani"
        ]
