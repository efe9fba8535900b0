"""Emblems: whatever is uploaded, a small PNG with nothing but its pixels, or a clear answer why not."""

import random
from io import BytesIO

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from PIL import Image, PngImagePlugin

from certificates.emblem_drawing import MOST_BYTES, MOST_SIDE
from certificates.emblems import drawn_anew
from certificates.models import Emblem
from tests import factories
from tests.partnerships.scans import archive, claiming, pdf, photo, upload, with_chunk

BROKEN = "Gambar ini rusak atau terpotong. Unggah salinan lain yang bisa dibuka."
STOWAWAY = (
    "Berkas ini membawa isi lain di dalamnya (arsip atau program)."
    " Buka gambarnya, simpan ulang sebagai PNG, lalu unggah hasilnya."
)
SVG = (
    b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
)


def png(picture, **options):
    file = BytesIO()
    picture.save(file, "PNG", **options)
    return file.getvalue()


def seal(size=300):
    """A round emblem on nothing."""
    picture = Image.new("RGBA", (size, size))
    disc = Image.new("RGBA", (size // 2, size // 2), (18, 63, 58, 255))
    picture.paste(disc, (size // 4, size // 4))
    return picture


def opened(drawn):
    return Image.open(BytesIO(drawn.png))


def cmyk():
    file = BytesIO()
    Image.new("CMYK", (200, 200), (10, 200, 200, 0)).save(file, "JPEG")
    return file.getvalue()


def moving():
    file = BytesIO()
    seal().save(file, "PNG", save_all=True, append_images=[Image.new("RGBA", (300, 300), "red")])
    return file.getvalue()


def noise(size):
    return Image.frombytes("RGB", (size, size), random.Random(1).randbytes(size * size * 3))


class TestDrawnAnew:
    def test_transparent_stays_transparent_and_remarks_go(self):
        remarks = PngImagePlugin.PngInfo()
        remarks.add_text("Comment", "dibuat di rumah")
        content = with_chunk(png(seal(), pnginfo=remarks), b"eXIf", b"MM\0*\0\0\0\x08\0\0")
        drawn = drawn_anew(upload(content, "lambang.png"))
        picture = opened(drawn)
        assert (picture.size, picture.convert("RGBA").getpixel((5, 5))[3]) == ((300, 300), 0)
        assert (picture.info, b"rumah" in drawn.png, b"eXIf" in drawn.png) == ({}, False, False)

    def test_is_at_most_600_pixels_wide(self):
        drawn = drawn_anew(upload(photo("JPEG", size=(2400, 1200))))
        assert (drawn.width, drawn.height) == opened(drawn).size == (MOST_SIDE, MOST_SIDE // 2)

    def test_even_noise_becomes_small(self):
        drawn = drawn_anew(upload(png(noise(700))))
        assert len(drawn.png) <= MOST_BYTES
        assert drawn.width < MOST_SIDE

    def test_a_sideways_photo_stands_upright(self):
        exif = Image.Exif()
        exif[0x0112] = 6
        drawn = drawn_anew(upload(photo("JPEG", size=(400, 200), exif=exif)))
        assert (drawn.width, drawn.height) == (200, 400)

    @pytest.mark.parametrize(
        ("content", "message"),
        [
            (SVG, "Berkas ini gambar SVG, apa pun nama berkasnya. Ekspor dulu sebagai PNG."),
            (b"GIF89a", "Berkas ini bukan gambar PNG atau JPEG. Simpan ulang sebagai PNG."),
            (pdf(), "Berkas ini bukan gambar PNG atau JPEG. Simpan ulang sebagai PNG."),
            (png(seal()) + archive(), STOWAWAY),
            (with_chunk(png(seal()), b"teXt", b"<script>alert(1)</script>"), STOWAWAY),
            (
                claiming(20_000, 20_000),
                "Gambar ini lebih dari 40 megapiksel. Perkecil dulu, lalu unggah lagi.",
            ),
            (
                claiming(9_000, 9_000),
                "Gambar ini lebih dari 40 megapiksel. Perkecil dulu, lalu unggah lagi.",
            ),
            (png(noise(200))[:-3000], BROKEN),
            (claiming(3_000, 3_000), BROKEN),
            (photo("JPEG", size=(400, 400))[:-300], BROKEN),
            (
                cmyk(),
                "JPEG ini memakai warna cetak (CMYK), yang berubah bila dikonversi begitu saja."
                " Simpan ulang dengan warna RGB, sebaiknya sebagai PNG.",
            ),
            (moving(), "Gambar ini bergerak. Simpan satu gambarnya saja sebagai PNG."),
            (
                png(seal(60)),
                "Gambar ini terlalu kecil untuk dicetak: sisi terpanjangnya kurang dari 120 px.",
            ),
            (
                png(seal()) + bytes(5 * 2**20),
                "Berkas lebih besar dari 5 MB. Perkecil gambarnya, lalu unggah lagi.",
            ),
        ],
        ids=range(14),
    )
    def test_says_what_is_wrong(self, content, message):
        with pytest.raises(ValidationError) as refused:
            drawn_anew(upload(content, "lambang.png"))
        assert refused.value.messages == [message]


@pytest.mark.django_db
class TestEmblemCreate:
    def send(self, browse, training, content, name="Lambang sekolah"):
        url = reverse("certificates:emblem_create", args=[training.agreement.pk])
        return browse(training.cast.certificate_admin).post(
            url, {"name": name, "file": upload(content, "lambang.png")}
        )

    def test_is_kept_once_per_school(self, training, browse):
        first = self.send(browse, training, png(seal()))
        again = self.send(browse, training, png(seal(), optimize=True))
        emblem = Emblem.objects.get()
        assert (first.status_code, emblem.partner) == (302, training.cast.school)
        assert again.context["form"].errors == {"name": ["Lambang ini sudah ada."]}

    def test_the_refusal_stands_beside_the_file(self, training, browse):
        form = self.send(browse, training, SVG).context["form"]
        assert list(form.errors) == ["file"]

    def test_its_name_may_not_betray(self, training, browse):
        form = self.send(browse, training, png(seal()), name="Lambang Lapas").context["form"]
        assert form.errors == {"name": ["Nama lambang memuat kata “Lapas”."]}

    def test_is_served_as_drawn(self, training, browse):
        self.send(browse, training, png(seal()))
        emblem = Emblem.objects.get()
        url = reverse("certificates:emblem_image", args=[emblem.pk])
        shown = browse(training.cast.head).get(url)
        assert shown.content == bytes(emblem.png)
        assert shown.headers["Content-Type"] == "image/png"
        assert shown.headers["X-Content-Type-Options"] == "nosniff"

    def test_strangers_do_not_see_it(self, training, browse):
        emblem = factories.EmblemFactory(partner=training.cast.school)
        url = reverse("certificates:emblem_image", args=[emblem.pk])
        assert browse(training.cast.stranger).get(url).status_code == 404
