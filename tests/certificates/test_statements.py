"""Statements of units: for whoever stopped, or lacks something, and is competent in a unit or more."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from certificates import services
from certificates.models import Certificate
from certificates.queries import readiness
from certificates.services import batch_for_certificates
from participants import services as participants
from participants.models import ReadingTrail, UnitResult
from tests.certificates import stages


@pytest.fixture
def one_lacks(finished):
    """The second one is not competent in the second unit; the others have it all."""
    UnitResult.objects.filter(enrollment=finished.enrollments[1], unit=finished.units[1]).update(
        is_competent=False
    )
    return finished


def state(training, dated_on=stages.LAST_DAY, place=1):
    return services.prepare_statements(
        batch=training.batch,
        enrollments=[training.enrollments[place]],
        dated_on=dated_on,
        by=training.cast.certificate_admin,
    )


class TestPrepareStatements:
    def test_says_what_was_reached_and_no_more(self, one_lacks):
        [draft] = state(one_lacks)
        assert (draft.kind, draft.status) == ("partial", "draft")
        said = draft.content
        assert [unit["title"] for unit in said["units"]] == ["Higiene dan sanitasi"]
        assert (said["attendance_percent"], said["predicate"]) == ("", "")
        assert said["wording"]["title"] == "Surat Keterangan"

    def test_whoever_may_have_the_certificate_gets_no_statement(self, one_lacks):
        with pytest.raises(ValidationError) as refusal:
            state(one_lacks, place=0)
        assert refusal.value.message_dict == {
            "enrollments": [
                "Tidak bisa diberi surat keterangan, atau sudah disiapkan: Achmad Fauzi."
            ]
        }

    def test_nobody_gets_a_second_one(self, one_lacks):
        state(one_lacks)
        with pytest.raises(ValidationError, match="sudah disiapkan: Sutrisno"):
            state(one_lacks)

    def test_what_blocks_the_batch_blocks_this_too(self, one_lacks, cast):
        participants.unlock_attendance(session=one_lacks.session, reason="Salah", by=cast.officer)
        with pytest.raises(ValidationError) as refusal:
            state(one_lacks)
        assert refusal.value.messages == ["1 daftar hadir belum dikunci"]

    def test_not_before_the_last_day(self, one_lacks):
        with pytest.raises(ValidationError) as refusal:
            state(one_lacks, date(2025, 12, 30))
        assert list(refusal.value.message_dict) == ["dated_on"]

    def test_goes_the_way_of_the_others(self, one_lacks, cheap):
        stages.prepare(one_lacks)
        state(one_lacks)
        stages.approve(one_lacks)
        kinds = [(one.sequence, one.kind) for one in stages.issue(one_lacks)]
        assert kinds == [(1, "training"), (2, "partial"), (3, "training")]

    def test_one_who_stopped_gets_one_all_the_same(self, finished, cheap, cast):
        participants.end_enrollment(
            enrollment=finished.enrollments[1],
            ended_on=date(2025, 12, 31),
            end_reason="released",
            by=cast.officer,
        )
        state(finished)
        stages.approve(finished)
        assert [one.enrollment for one in stages.issue(finished)] == [finished.enrollments[1]]

    def test_a_change_is_noticed_and_prepared_again(self, one_lacks):
        state(one_lacks)
        stages.approve(one_lacks)
        UnitResult.objects.filter(enrollment=one_lacks.enrollments[1]).update(is_competent=True)
        candidate = readiness(batch_for_certificates(one_lacks.batch)).candidates[1]
        assert (candidate.obstacles, candidate.is_ready) == (["berubah sejak disiapkan"], True)
        stages.prepare(one_lacks)
        again = Certificate.objects.get(enrollment=one_lacks.enrollments[1])
        assert (again.kind, again.status, len(again.content["units"])) == ("partial", "draft", 2)


class TestStatementCreate:
    def url(self, training):
        return reverse("certificates:statement_create", args=[training.batch.pk])

    def test_lists_those_entitled_with_what_they_lack(self, one_lacks, cast, browse):
        page = browse(cast.certificate_admin).get(self.url(one_lacks))
        field = page.context["form"].fields["enrollments"]
        assert [label for _key, label in field.choices] == ["Sutrisno: Kompeten 1 dari 2 unit"]
        assert ReadingTrail.objects.get().page == "certificate_statements"

    def test_ticking_nobody_or_somebody_forged(self, one_lacks, cast, browse):
        admin = browse(cast.certificate_admin)
        nobody = admin.post(self.url(one_lacks), {"dated_on": "31-12-2025"})
        assert nobody.context["form"].errors == {"enrollments": ["Centang dulu orangnya."]}
        forged = {"dated_on": "31-12-2025", "enrollments": [one_lacks.enrollments[0].pk, "9" * 30]}
        assert list(admin.post(self.url(one_lacks), forged).context["form"].errors) == [
            "enrollments"
        ]
        assert not Certificate.objects.exists()

    def test_a_second_press_finds_nobody_left(self, one_lacks, cast, browse):
        admin = browse(cast.certificate_admin)
        asked = {"dated_on": "31-12-2025", "enrollments": [one_lacks.enrollments[1].pk]}
        assert admin.post(self.url(one_lacks), asked).status_code == 302
        again = admin.post(self.url(one_lacks), asked)
        assert "Tidak ada lagi orang" in again.content.decode()
        assert Certificate.objects.count() == 1
