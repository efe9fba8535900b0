"""Rosters from outside: a spreadsheet becomes checked rows, from the browser and from the command alike."""

import hashlib

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from participants import services
from participants.imports.rosters import Roster, read_roster

__all__ = ["Roster", "bytes_of", "read_roster", "take_roster"]


def take_roster(*, file, facts_on, facility, by):
    """Read an uploaded `file` (a Django File) and keep what it says as a RosterImport, to be looked at."""
    try:
        content = bytes_of(file)
        roster = read_roster(content)
    except ValidationError as error:
        raise ValidationError({"file": error}) from None
    return services.keep_roster(
        rows=roster.rows,
        wrong=roster.wrong,
        passed_over=roster.passed_over,
        filename=file.name,
        sha256=hashlib.sha256(content).hexdigest(),
        facts_on=facts_on,
        facility=facility,
        by=by,
    )


def bytes_of(file):
    """What an uploaded spreadsheet holds; ValidationError for an empty or a huge one."""
    limit = settings.ROSTER_MAX_BYTES
    file.seek(0)
    content = file.read(limit + 1)
    if not content:
        raise ValidationError(_("Berkas ini kosong."))
    if len(content) > limit:
        raise ValidationError(
            _("Berkas lebih besar dari %(limit)s MB. Salin daftarnya saja ke buku kerja baru.")
            % {"limit": limit // 2**20}
        )
    return content
