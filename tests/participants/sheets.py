"""Attendance and result forms as a browser sends them, and what stands in the database after."""

from participants.models import Attendance, UnitResult


def sheet(enrollments, codes, *, version=0, cause="participant", nonce="nonce-from-page"):
    """The whole class as one form, one letter a person; a space is a row not marked."""
    typed = {"nonce": nonce}
    for enrollment, code in zip(enrollments, codes, strict=True):
        if code != " ":
            typed[f"code-{enrollment.pk}"] = code
        typed[f"cause-{enrollment.pk}"] = cause
        typed[f"version-{enrollment.pk}"] = str(version)
    return typed


def marks(session):
    """[(code, cause, version)] in the order of the paper."""
    stored = Attendance.objects.filter(session=session).order_by("enrollment__position")
    return [(one.code, one.cause, one.version) for one in stored]


def grid(enrollments, scores, *, competent="", version=0, **examination):
    """One unit's form: the same score for theory and practice as typed, and K, BK or nothing, for each."""
    typed = {"assessor": "Sri Wahyuni", "assessed_on": "18-12-2025"} | examination
    for enrollment, score in zip(enrollments, scores, strict=True):
        typed[f"theory-{enrollment.pk}"] = typed[f"practice-{enrollment.pk}"] = score
        if competent:
            typed[f"competent-{enrollment.pk}"] = competent
        typed[f"version-{enrollment.pk}"] = str(version)
    return typed


def results(unit):
    """[(score, K or BK, version)] in the order of the paper."""
    stored = UnitResult.objects.filter(unit=unit).order_by("enrollment__position")
    return [(str(one.score), "K" if one.is_competent else "BK", one.version) for one in stored]
