"""Faces: small, without remarks, and for those alone who need to know somebody."""

from datetime import UTC, date, datetime
from io import BytesIO

import pytest
import time_machine
from django.urls import reverse
from PIL import Image

from participants.models import Inmate
from tests import factories
from tests.partnerships.scans import claiming, pdf, photo, upload, with_remark

pytestmark = pytest.mark.django_db


def sent(browse, user, inmate, content, name="wajah.jpg"):
    url = reverse("participants:inmate_photo_update", args=[inmate.pk])
    return browse(user).post(url, {"photo": upload(content, name)})


def shown(browse, user, inmate):
    return browse(user).get(reverse("participants:inmate_photo", args=[inmate.pk]))


@pytest.fixture
def achmad(training):
    return training.enrollments[0].inmate


class TestInmatePhotoUpdate:
    @pytest.mark.parametrize(
        "content",
        [
            with_remark(photo(size=(1200, 1600)), b"GPS -8.17, 113.7"),
            photo(size=(1200, 1600)) + b"a film of the same moment",
            photo("PNG", size=(1200, 1600)),
        ],
    )
    def test_keeps_the_pixels_and_nothing_else(self, training, achmad, browse, content):
        sent(browse, training.cast.officer, achmad, content)
        kept = b"".join(shown(browse, training.cast.officer, achmad).streaming_content)
        with Image.open(BytesIO(kept)) as picture:
            assert (picture.format, picture.size) == ("JPEG", (480, 640))
            assert picture.info.keys() <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
        assert b"GPS" not in kept

    @pytest.mark.parametrize(
        ("content", "message"),
        [
            (pdf(), "Berkas ini bukan foto. Pakai foto JPEG atau PNG."),
            (b"GIF89a", "Berkas ini bukan foto. Pakai foto JPEG atau PNG."),
            (photo()[:-200], "Foto ini rusak atau terpotong. Ambil foto ulang."),
            (
                claiming(20_000, 20_000),
                "Foto ini lebih dari 40 megapiksel. Perkecil dulu, lalu unggah lagi.",
            ),
            (
                photo() + bytes(5 * 2**20),
                "Foto lebih besar dari 5 MB. Perkecil dulu, lalu unggah lagi.",
            ),
        ],
    )
    def test_says_what_is_wrong(self, training, achmad, browse, content, message):
        response = sent(browse, training.cast.officer, achmad, content)
        assert response.context["form"].errors == {"photo": [message]}
        achmad.refresh_from_db()
        assert not achmad.photo

    def test_the_older_one_is_gone(
        self, training, achmad, browse, settings, django_capture_on_commit_callbacks
    ):
        for content in (photo(), photo("PNG")):
            with django_capture_on_commit_callbacks(execute=True):
                sent(browse, training.cast.officer, achmad, content)
        (left,) = (settings.MEDIA_ROOT / "photos").iterdir()
        achmad.refresh_from_db()
        assert achmad.photo.name == f"photos/{left.name}"
        with django_capture_on_commit_callbacks(execute=True):
            url = reverse("participants:inmate_photo_update", args=[achmad.pk])
            browse(training.cast.officer).post(url, {"remove": "1"})
        assert list((settings.MEDIA_ROOT / "photos").iterdir()) == []


class TestInmatePhoto:
    def test_an_instructor_knows_the_faces_of_her_own_class(self, training, achmad, browse):
        other = factories.InmateFactory(facility=training.cast.jember)
        for inmate in (achmad, other):
            sent(browse, training.cast.officer, inmate, photo())
        statuses = [
            shown(browse, training.cast.instructor, one).status_code for one in (achmad, other)
        ]
        assert statuses == [200, 404]

    def test_answers_as_a_picture_that_no_shared_cache_keeps(self, training, achmad, browse):
        sent(browse, training.cast.officer, achmad, photo())
        headers = shown(browse, training.cast.head, achmad).headers
        names = ("Content-Type", "X-Content-Type-Options", "Cache-Control", "Content-Disposition")
        assert [headers[name] for name in names] == [
            "image/jpeg",
            "nosniff",
            "private, max-age=3600",
            "inline",
        ]

    def test_stands_on_the_sheet_at_no_cost_a_row(self, training, achmad, browse):
        url = training.session.get_absolute_url()
        Inmate.objects.filter(pk=achmad.pk).update(photo="photos/a.jpg")
        page = browse(training.cast.instructor).get(url).content.decode()
        assert page.count(reverse("participants:inmate_photo", args=[achmad.pk])) == 1
        assert page.count(">MP<") == 1  # the others by their initials


@time_machine.travel(datetime(2025, 12, 17, 3, tzinfo=UTC), tick=False)
def test_age_turns_on_the_birthday():
    ages = [Inmate(born_on=date(1990, 12, day)).age for day in (17, 18)]
    assert [*ages, Inmate().age] == [35, 34, None]
