"""The one password of all demo accounts, kept beside the data for whoever starts the site."""

import os
import secrets

from django.conf import settings

WORDS = (
    "angin awan bambu batu beras biru bulan bunga cengkih cerah danau daun delima embun fajar"
    " gandum garam gula hangat hijau hujan jagung jahe jambu kacang kakao kapas kayu kebun kelapa"
    " kelor kenari kopi kunyit kuning ladang langit laut lebah lembah madu manggis mawar melati"
    " mentari merah muara nanas ombak padi pagi pala pandan pantai payung pelangi pepaya"
    " perahu pisang putih rambutan rotan rumput salak sawah sawo senja serai sirih sungai teduh"
    " telaga teluk teratai terigu tikar timur tomat ubi ungu wortel zaitun"
).split()


def path():
    return settings.DATA_DIR / "demo_password"


def kept():
    """The password, or "" when there is none yet."""
    try:
        return path().read_text().strip()
    except FileNotFoundError:
        return ""


def make():
    """A password that a person can read out and type, readable by the owner of the data alone."""
    password = "-".join(secrets.choice(WORDS) for _ in range(4))
    path().parent.mkdir(parents=True, exist_ok=True)
    with os.fdopen(os.open(path(), os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as new:
        new.write(f"{password}\n")
    return password
