"""The access matrix: every URL, every role, every method. What is not declared here fails."""

from contextlib import contextmanager, nullcontext
from unittest.mock import patch

import pytest
from django.conf import settings
from django.core.files.base import ContentFile
from django.db import transaction
from django.http import HttpResponse
from django.urls import get_resolver, reverse

from accounts.roles import Role
from certificates.models import Certificate, NumberSeries
from tests import factories
from tests.conftest import make_cast, make_training, signed_in
from tests.partnerships.scans import pdf, photo


@pytest.fixture(autouse=True)
def own_files(module_files):
    """The files of the one house."""


@contextmanager
def _press(stylesheet):
    yield lambda html, attachments: b"%PDF-1.7"


def _bare(request, template, context=None, *, status=200):
    return HttpResponse(status=status)


@contextmanager
def undrawn(*, pages=True):
    """Who may is not a question of what papers, refusals (and pages) look like: drawing takes most of the time."""
    with (
        patch("core.pdf._press", _press),
        patch("lapasapp.errors.render", _bare),
        patch("django.shortcuts.loader.render_to_string", return_value="")
        if pages
        else nullcontext(),
    ):
        yield


METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"]
READ = {"GET", "HEAD"}
FORM = {"GET", "HEAD", "POST"}
ACT = {"POST"}

OFFICER = {Role.OFFICER}
CERTIFIER = {Role.CERTIFICATE_ADMIN}
ADMIN = {Role.ADMIN}
OFFICE = {Role.OFFICER, Role.CERTIFICATE_ADMIN, Role.HEAD}
OVERSEERS = {Role.REGIONAL, Role.NATIONAL, Role.AUDITOR, Role.ADMIN}
READERS = OFFICE | OVERSEERS
EVERYBODY = set(Role)
TEACHERS = {Role.OFFICER, Role.INSTRUCTOR}

# URL name: (methods, roles). The object in the URL is one of Jember's, which all these roles may see.
MATRIX = {
    "accounts:choose_assignment": (ACT, EVERYBODY),
    "accounts:audit_list": (READ, {Role.AUDITOR, Role.ADMIN}),
    "accounts:user_list": (READ, ADMIN),
    "accounts:user_create": (FORM, ADMIN),
    "accounts:user_password": (FORM, ADMIN),
    "accounts:user_close": (ACT, ADMIN),
    "accounts:user_assign": (FORM, ADMIN),
    "accounts:assignment_end": (ACT, ADMIN),
    "accounts:facility_list": (READ, ADMIN),
    "accounts:facility_create": (FORM, ADMIN),
    "accounts:facility_update": (FORM, ADMIN),
    "accounts:profile": (FORM, EVERYBODY),
    "accounts:region_create": (FORM, ADMIN),
    "account_change_password": (FORM, EVERYBODY),
    "reports:home": (READ, EVERYBODY),
    "reports:overview": (READ, READERS),
    "reports:search": (READ, EVERYBODY),
    "reports:promises_of_agreement": (READ, READERS | {Role.COORDINATOR}),
    "reports:promises_print": (READ, READERS | {Role.COORDINATOR}),
    "reports:renewal_letter": (READ, OFFICER),
    "partnerships:agreement_list": (READ, READERS | {Role.COORDINATOR}),
    "partnerships:agreement_detail": (READ, READERS | {Role.COORDINATOR}),
    "partnerships:agreement_create": (FORM, OFFICER),
    "partnerships:agreement_update": (FORM, OFFICER),
    "partnerships:agreement_end": (FORM, OFFICER),
    "partnerships:signatory_create": (FORM, OFFICER),
    "partnerships:signatory_remove": (ACT, OFFICER),
    "partnerships:document_create": (FORM, OFFICER),
    "partnerships:document_detail": (READ, READERS | {Role.COORDINATOR}),
    "partnerships:document_page": (READ, READERS | {Role.COORDINATOR}),
    "partnerships:document_download": (READ, READERS | {Role.COORDINATOR}),
    "partnerships:commitment_create": (FORM, OFFICER),
    "partnerships:commitment_detail": (READ, READERS | {Role.COORDINATOR}),
    "partnerships:commitment_update": (FORM, OFFICER),
    "partnerships:commitment_withdraw": (ACT, OFFICER),
    "partnerships:delivery_create": (FORM, OFFICER),
    "partnerships:delivery_withdraw": (ACT, OFFICER),
    "partnerships:partner_list": (READ, READERS | {Role.COORDINATOR}),
    "partnerships:partner_detail": (READ, READERS | {Role.COORDINATOR}),
    "partnerships:partner_create": (FORM, OFFICER),
    "partnerships:partner_update": (FORM, OFFICER | ADMIN),
    "partnerships:contact_create": (FORM, OFFICER),
    "partnerships:contact_update": (FORM, OFFICER),
    "partnerships:contact_account": (FORM, ADMIN),
    "programs:program_list": (READ, EVERYBODY),
    "programs:program_detail": (READ, EVERYBODY),
    "programs:program_create": (FORM, OFFICER),
    "programs:program_update": (FORM, OFFICER),
    "programs:program_ready": (READ, OFFICER),
    "programs:program_from_ready": (FORM, OFFICER),
    "programs:curriculum_compare": (READ, EVERYBODY),
    "programs:curriculum_version": (ACT, OFFICER),
    "programs:unit_create": (FORM, OFFICER),
    "programs:unit_update": (FORM, OFFICER),
    "programs:unit_move": (ACT, OFFICER),
    "programs:unit_remove": (ACT, OFFICER),
    "programs:of_agreement": (READ, READERS | {Role.COORDINATOR}),
    "programs:coverage_create": (ACT, OFFICER),
    "programs:of_partner": (READ, READERS | {Role.COORDINATOR}),
    "programs:instructor_create": (FORM, OFFICER),
    "programs:instructor_detail": (READ, READERS | {Role.COORDINATOR}),
    "programs:instructor_update": (FORM, OFFICER),
    "programs:competence_create": (FORM, OFFICER),
    "programs:competence_withdraw": (ACT, OFFICER),
    "programs:partner_duplicates": (READ, ADMIN),
    "programs:partner_merge": (FORM, ADMIN),
    "programs:batch_list": (READ, EVERYBODY),
    "programs:batch_detail": (READ, EVERYBODY),
    "programs:batch_create": (FORM, OFFICER),
    "programs:batch_update": (FORM, OFFICER),
    "programs:batch_move": (FORM, OFFICER),
    "programs:teaching_create": (FORM, OFFICER),
    "programs:teaching_remove": (ACT, OFFICER),
    "programs:timetable": (READ, EVERYBODY),
    "programs:timetable_create": (FORM, OFFICER),
    "programs:timetable_print": (READ, EVERYBODY),
    "programs:timetable_calendar": (READ, EVERYBODY),
    "programs:session_propose": (FORM, {Role.COORDINATOR}),
    "programs:instructor_propose": (FORM, {Role.COORDINATOR}),
    "programs:proposal_list": (READ, READERS | {Role.COORDINATOR}),
    "programs:proposal_accept": (FORM, OFFICER),
    "programs:proposal_refuse": (FORM, OFFICER),
    "programs:room_list": (READ, OFFICER),
    "programs:room_create": (FORM, OFFICER),
    "programs:room_update": (FORM, OFFICER),
    "programs:room_close": (ACT, OFFICER),
    "programs:day_list": (READ, OFFICER),
    "programs:day_create": (FORM, OFFICER),
    "programs:day_remove": (ACT, OFFICER),
    "programs:session_create": (FORM, OFFICER),
    "programs:session_update": (FORM, OFFICER),
    "programs:session_cancel": (FORM, OFFICER),
    "programs:session_tools": (FORM, TEACHERS),
    "participants:inmate_list": (READ, OFFICE | {Role.AUDITOR}),
    "participants:inmate_detail": (READ, OFFICE | {Role.AUDITOR}),
    "participants:inmate_create": (FORM, OFFICER),
    "participants:inmate_update": (FORM, OFFICER),
    "participants:roster_import_list": (FORM, OFFICER),
    "participants:roster_template_download": (READ, OFFICER),
    "participants:roster_import": (FORM, OFFICER),
    "participants:roster_import_commit": (ACT, OFFICER),
    "participants:roster_import_undo": (ACT, OFFICER),
    "participants:roster_import_discard": (ACT, OFFICER),
    "participants:roster_import_wrong": (READ, OFFICER),
    "participants:inmate_photo": (READ, OFFICE | {Role.INSTRUCTOR, Role.AUDITOR}),
    "participants:inmate_photo_update": (FORM, OFFICER),
    "participants:inmate_trail": (READ, {Role.AUDITOR, Role.ADMIN}),
    "participants:inmate_trail_print": (READ, {Role.AUDITOR, Role.ADMIN}),
    "participants:rapor": (READ, {Role.OFFICER, Role.HEAD}),
    "participants:rapor_batch": (READ, {Role.OFFICER, Role.HEAD}),
    "participants:slip": (READ, READERS | {Role.INSTRUCTOR}),
    "participants:slip_batch": (READ, READERS | {Role.INSTRUCTOR}),
    "participants:finding_create": (FORM, OFFICER),
    "participants:activity_create": (FORM, OFFICER),
    "participants:activity_end": (ACT, OFFICER),
    "participants:separation_create": (FORM, OFFICER),
    "participants:separation_end": (ACT, OFFICER),
    "participants:rule_list": (FORM, OFFICER | {Role.HEAD}),
    "participants:at_risk": (READ, OFFICER | {Role.HEAD}),
    "participants:roster": (READ, READERS | {Role.INSTRUCTOR}),
    "participants:ledger": (READ, READERS | {Role.INSTRUCTOR}),
    "participants:recap_print": (READ, READERS | {Role.INSTRUCTOR}),
    "participants:patterns": (READ, OFFICER | {Role.HEAD}),
    "participants:catch_up_create": (FORM, OFFICER),
    "participants:catch_up_update": (FORM, OFFICER),
    "participants:enrollment_create": (FORM, OFFICER),
    "participants:application_list": (READ, OFFICER | {Role.HEAD}),
    "participants:application_create": (FORM, OFFICER),
    "participants:application_detail": (READ, OFFICER | {Role.HEAD}),
    "participants:application_withdraw": (FORM, OFFICER),
    "participants:application_enroll": (FORM, OFFICER),
    "participants:selection_create": (FORM, OFFICER),
    "participants:selection_round": (READ, OFFICER | {Role.HEAD}),
    "participants:selection_update": (FORM, OFFICER),
    "participants:selection_scores": (FORM, OFFICER),
    "participants:selection_submit": (FORM, OFFICER),
    "participants:selection_decide": (FORM, OFFICER),
    "participants:selection_decree": (FORM, OFFICER),
    "participants:selection_enroll": (FORM, OFFICER),
    "participants:selection_lottery": (READ, OFFICER | {Role.HEAD}),
    "participants:selection_minutes": (READ, OFFICER | {Role.HEAD}),
    "participants:selection_decree_print": (READ, OFFICER | {Role.HEAD}),
    "participants:enrollment_end": (FORM, OFFICER),
    "participants:enrollment_detail": (READ, OFFICE | {Role.AUDITOR}),
    "participants:enrollment_plan_end": (FORM, OFFICER),
    "participants:enrollment_suspend": (FORM, OFFICER),
    "participants:enrollment_return": (FORM, OFFICER),
    "participants:suspension_resume": (FORM, OFFICER),
    "participants:inmate_depart": (FORM, OFFICER),
    "participants:inmate_return": (ACT, OFFICER),
    "participants:statement_create": (FORM, OFFICER),
    "participants:statement_download": (READ, OFFICER | {Role.HEAD}),
    "participants:statement_import": (FORM, OFFICER),
    "participants:day_pack": (READ, OFFICER | {Role.HEAD}),
    "participants:day_pack_print": (READ, OFFICER | {Role.HEAD}),
    "participants:attendance": (FORM, TEACHERS),
    "participants:attendance_print": (READ, TEACHERS),
    "participants:sheets_print": (READ, TEACHERS),
    "participants:attendance_paper": (FORM, TEACHERS),
    "participants:scan_download": (READ, READERS | {Role.INSTRUCTOR}),
    "participants:scan_list": (FORM, OFFICER),
    "participants:scan_upload": (FORM, OFFICER),
    "participants:scan_file_download": (READ, OFFICER),
    "participants:scan_page": (FORM, OFFICER),
    "participants:scan_page_picture": (READ, OFFICER),
    "participants:scan_page_name": (FORM, OFFICER),
    "participants:scan_page_reread": (ACT, OFFICER),
    "participants:scan_page_set_aside": (FORM, OFFICER),
    "participants:scan_page_restore": (ACT, OFFICER),
    "participants:attendance_lock": (ACT, TEACHERS),
    "participants:attendance_unlock": (ACT, OFFICER),
    "participants:results": (FORM, TEACHERS),
    "participants:sheet_list": (READ, TEACHERS),
    "participants:sheet_rule_update": (FORM, OFFICER | {Role.HEAD}),
    "participants:attendance_lock_all": (ACT, TEACHERS),
    "participants:mark_grid": (READ, READERS | {Role.INSTRUCTOR}),
    "participants:attendance_history": (READ, READERS | {Role.INSTRUCTOR}),
    "participants:absence_list": (READ, OFFICER | {Role.HEAD}),
    "participants:absence_create": (FORM, OFFICER),
    "participants:absence_withdraw": (ACT, OFFICER),
    "programs:session_substitute": (FORM, OFFICER),
    "participants:results_import": (FORM, TEACHERS),
    "participants:mastery": (FORM, TEACHERS),
    "participants:result_detail": (READ, READERS | {Role.INSTRUCTOR}),
    "participants:evidence_create": (FORM, TEACHERS),
    "participants:evidence_download": (READ, OFFICE | {Role.INSTRUCTOR, Role.AUDITOR}),
    "participants:evidence_withdraw": (ACT, TEACHERS),
    "certificates:certificate_list": (READ, READERS),
    "certificates:certificate_detail": (READ, READERS),
    "certificates:certificate_download": (READ, READERS),
    "certificates:of_inmate": (READ, OFFICE | {Role.AUDITOR}),
    "certificates:batch": (READ, READERS),
    "certificates:prepare": (ACT, CERTIFIER),
    "certificates:approve": (ACT, {Role.HEAD}),
    "certificates:issue": (ACT, CERTIFIER),
    "certificates:batch_download": (READ, CERTIFIER),
    "certificates:design_list": (READ, READERS),
    "certificates:design_detail": (READ, READERS),
    "certificates:design_of_agreement": (READ, READERS),
    "certificates:design_update": (FORM, CERTIFIER),
    "certificates:design_preview": (ACT, CERTIFIER),
    "certificates:emblem_create": (FORM, CERTIFIER),
    "certificates:emblem_image": (READ, READERS),
    "certificates:number_format_update": (FORM, CERTIFIER),
    "certificates:forbidden_word_list": (READ, READERS),
    "certificates:forbidden_word_create": (ACT, CERTIFIER),
    "certificates:forbidden_word_create_shared": (ACT, ADMIN),
    "certificates:forbidden_word_remove": (ACT, CERTIFIER),
    "certificates:forbidden_word_remove_shared": (ACT, ADMIN),
    "certificates:print_file": (READ, OFFICER | CERTIFIER),
    "certificates:tray_list": (READ, READERS),
    "certificates:tray": (READ, READERS),
    "certificates:tray_move": (ACT, OFFICER | CERTIFIER),
    "certificates:paper_of": (READ, READERS),
    "certificates:signed_scan_create": (FORM, OFFICER | CERTIFIER),
    "certificates:signed_scan_download": (READ, READERS),
    "certificates:hand_over": (FORM, OFFICER | CERTIFIER),
    "certificates:receipt": (READ, OFFICER | CERTIFIER),
    "certificates:handover_list": (READ, OFFICE | {Role.AUDITOR}),
    "certificates:unclaimed_list": (READ, OFFICE | {Role.AUDITOR}),
    "certificates:statement_create": (FORM, CERTIFIER),
    "certificates:void_create": (FORM, CERTIFIER),
    "certificates:duplicate_create": (FORM, CERTIFIER),
    "certificates:replacement_create": (FORM, CERTIFIER),
    "certificates:revocation_create": (FORM, CERTIFIER),
    "certificates:revocation_list": (READ, READERS),
    "certificates:revocation_decide": (FORM, {Role.HEAD}),
    "certificates:outside_list": (READ, OFFICE | {Role.AUDITOR}),
    "certificates:outside_create": (FORM, OFFICER | CERTIFIER),
    "certificates:outside_update": (FORM, OFFICER | CERTIFIER),
    "certificates:outside_download": (READ, OFFICE | {Role.AUDITOR}),
    "certificates:identity_list": (READ, ADMIN),
    "certificates:identity_import": (FORM, ADMIN),
    "certificates:identity_retire": (ACT, ADMIN),
}

# Open to everybody, signed in or not: name → methods. contract.md allows no other addresses.
PUBLIC = {
    "account_login": FORM,
    "account_logout": FORM,
    "core:healthz": READ,
    "core:robots": READ,
    "core:favicon": READ,
    "core:language": ACT,
    "verify": READ,
    "credential": READ,
    "verify_start": READ,
    "verify_keys": READ,
    "verify_offline": READ,
    "verify_status": READ,
    "verify_file": READ,
    "verify_emblem": READ,
}


def url_names():
    """Every named pattern of the site, "app:name"."""
    names = set()
    for pattern in get_resolver().url_patterns:
        if hasattr(pattern, "url_patterns"):
            names |= {f"{pattern.app_name}:{one.name}" for one in pattern.url_patterns}
        elif pattern.name:
            names.add(pattern.name)
    return names


def undeclared(names):
    return names - MATRIX.keys() - PUBLIC.keys()


def test_every_url_is_declared():
    assert undeclared(url_names()) == set()
    assert (MATRIX.keys() | PUBLIC.keys()) - url_names() == set()


def test_an_undeclared_url_is_noticed():
    assert undeclared(url_names() | {"programs:secret_door"}) == {"programs:secret_door"}


@pytest.fixture(scope="module")
def house(module_database, module_files):
    """({role or "stranger": browser}, one_of_each), once for this module: each test takes its writes back."""
    training = make_training(make_cast())
    objects = one_of_each(training)
    return {role: signed_in(user) for role, user in training.cast.by_role().items()}, objects


def one_of_each(training):
    """{kind: the primary key of an object of this training, which is taught and marked for it}"""
    cast = training.cast
    training.finish()
    document = training.agreement.documents.create(
        filename="pks.pdf", file="pks.pdf", sha256="0" * 64, byte_count=1, page_count=1,
        uploaded_by=cast.officer,
    )  # fmt: skip
    settings.MEDIA_ROOT.mkdir()
    (settings.MEDIA_ROOT / "pks.pdf").write_bytes(pdf())
    with_photo(training.enrollments[0].inmate)
    certificate = sealed_certificate(training)
    planned = factories.SessionFactory(
        batch=training.batch, unit=training.units[0], instructor=cast.teacher,
        takes_place_on=training.batch.ends_on,
    )  # fmt: skip
    commitment = factories.CommitmentFactory(agreement=training.agreement)
    by_kind = {
        "agreement": training.agreement,
        "commitment": commitment,
        "delivery": factories.DeliveryFactory(commitment=commitment),
        "partner": cast.school,
        "contact": cast.school.contacts.get(),
        "signatory": training.agreement.signatories.get(),
        "document": document,
        "program": training.curriculum.program,
        "curriculum": training.curriculum,
        "unit": training.units[0],
        "instructor": cast.teacher,
        "competence": factories.CompetenceFactory(instructor=cast.teacher),
        "batch": training.batch,
        "session": planned,
        "scan": factories.PaperScanFactory(session=training.session),
        "scan_page": factories.ScanPageFactory(sheet__session=training.session),
        "scan_upload": factories.ScanUploadFactory(facility=cast.jember),
        "scan_file": factories.ScanFileFactory(upload__facility=cast.jember),
        "teaching": factories.TeachingFactory(batch=training.batch, instructor=cast.teacher),
        "proposal": factories.ProposalFactory(batch=training.batch),
        "room": training.session.room,
        "day": factories.DayRuleFactory(facility=cast.jember),
        "inmate": training.enrollments[0].inmate,
        "enrollment": training.enrollments[0],
        "result": training.enrollments[0].results.first(),
        "evidence": factories.EvidenceFactory(result=training.enrollments[0].results.first()),
        "suspension": factories.SuspensionFactory(enrollment=training.enrollments[0]),
        "roster": factories.RosterImportFactory(facility=cast.jember),
        "statement": factories.TransferStatementFactory(enrollment=training.enrollments[0]),
        "activity": factories.ActivityFactory(inmate=training.enrollments[0].inmate),
        "absence": factories.AnnouncedAbsenceFactory(inmate=training.enrollments[0].inmate),
        "separation": factories.SeparationFactory(first=training.enrollments[0].inmate),
        "application": factories.ApplicationFactory(batch=training.batch),
        "selection": factories.SelectionRoundFactory(batch=training.batch),
        "certificate": certificate,
        "emblem": factories.EmblemFactory(partner=cast.school),
        "word": factories.ForbiddenWordFactory(facility=cast.jember),
        "shared_word": factories.ForbiddenWordFactory(facility=None),
        "signed_scan": factories.SignedScanFactory(certificate=certificate),
        "revocation": factories.RevocationFactory(certificate=certificate),
        "outside": factories.OutsideCertificateFactory(inmate=training.enrollments[0].inmate),
        "user": cast.officer,
        "facility": cast.jember,
        "assignment": cast.officer.assignment,
    }
    return {name: one.pk for name, one in by_kind.items()}


def with_photo(inmate):
    inmate.photo.save("photo.jpg", ContentFile(photo()), save=True)
    return inmate


def sealed_certificate(training):
    certificate = Certificate(
        enrollment=training.enrollments[0],
        status=Certificate.Status.SEALED,
        dated_on=training.batch.ends_on,
        prepared_by=training.cast.certificate_admin,
        approved_by=training.cast.head,
        approved_at="2026-01-02T00:00Z",
        series=NumberSeries.objects.create(key="BKR/SMKN3-JBR/2025", last=1),
        sequence=1,
        number="001/BKR/SMKN3-JBR/XII/2025",
        content={"name": "Achmad Fauzi"},
        numbered_at="2026-01-02T00:00Z",
        sealed_at="2026-01-02T00:00Z",
        sha256="0" * 64,
        byte_count=5,
    )
    certificate.save()
    certificate.path.parent.mkdir(parents=True)
    certificate.path.write_bytes(b"%PDF-")
    return certificate


# What stands in the URL where its name does not say so.
KIND = {
    "programs:of_agreement": "agreement",
    "programs:coverage_create": "agreement",
    "partnerships:signatory_create": "agreement",
    "partnerships:document_create": "agreement",
    "partnerships:commitment_create": "agreement",
    "partnerships:delivery_create": "commitment",
    "partnerships:contact_create": "partner",
    "reports:promises_of_agreement": "agreement",
    "reports:promises_print": "agreement",
    "reports:renewal_letter": "agreement",
    "programs:of_partner": "partner",
    "programs:instructor_create": "partner",
    "programs:competence_create": "instructor",
    "programs:curriculum_compare": "program",
    "programs:unit_create": "curriculum",
    "programs:session_create": "batch",
    "programs:session_propose": "batch",
    "programs:timetable": "batch",
    "programs:timetable_create": "batch",
    "programs:timetable_print": "batch",
    "programs:timetable_calendar": "batch",
    "programs:teaching_create": "batch",
    "programs:instructor_propose": "partner",
    "participants:finding_create": "inmate",
    "participants:activity_create": "inmate",
    "participants:separation_create": "inmate",
    "participants:at_risk": "batch",
    "participants:roster": "batch",
    "participants:ledger": "batch",
    "participants:recap_print": "batch",
    "participants:patterns": "batch",
    "participants:catch_up_create": "batch",
    "participants:catch_up_update": "session",
    "participants:rapor": "inmate",
    "participants:slip": "enrollment",
    "participants:slip_batch": "batch",
    "certificates:of_inmate": "inmate",
    "participants:statement_create": "enrollment",
    "participants:enrollment_create": "batch",
    "participants:application_list": "batch",
    "participants:application_create": "batch",
    "participants:selection_create": "batch",
    "participants:results": "batch",
    "participants:results_import": "batch",
    "participants:mastery": "batch",
    "participants:evidence_create": "result",
    "participants:attendance": "session",
    "participants:attendance_print": "session",
    "participants:sheets_print": "batch",
    "participants:attendance_paper": "session",
    "participants:scan_upload": "scan_upload",
    "participants:scan_file_download": "scan_file",
    "participants:scan_page": "scan_page",
    "participants:scan_page_picture": "scan_page",
    "participants:scan_page_name": "scan_page",
    "participants:scan_page_reread": "scan_page",
    "participants:scan_page_set_aside": "scan_page",
    "participants:scan_page_restore": "scan_page",
    "participants:attendance_lock": "session",
    "participants:attendance_unlock": "session",
    "participants:attendance_lock_all": "batch",
    "participants:mark_grid": "batch",
    "participants:attendance_history": "session",
    "certificates:design_detail": "agreement",
    "certificates:design_of_agreement": "agreement",
    "certificates:design_update": "agreement",
    "certificates:design_preview": "agreement",
    "certificates:emblem_create": "agreement",
    "certificates:number_format_update": "partner",
    "certificates:forbidden_word_remove": "word",
    "certificates:forbidden_word_remove_shared": "shared_word",
    "certificates:prepare": "batch",
    "certificates:approve": "batch",
    "certificates:issue": "batch",
    "certificates:print_file": "batch",
    "certificates:tray": "batch",
    "certificates:tray_move": "batch",
    "certificates:paper_of": "certificate",
    "certificates:signed_scan_create": "certificate",
    "certificates:signed_scan_download": "signed_scan",
    "certificates:hand_over": "certificate",
    "certificates:receipt": "certificate",
    "certificates:statement_create": "batch",
    "certificates:void_create": "certificate",
    "certificates:duplicate_create": "certificate",
    "certificates:replacement_create": "certificate",
    "certificates:revocation_create": "certificate",
    "certificates:outside_create": "inmate",
    "certificates:identity_import": "partner",
    "certificates:identity_retire": "partner",
}
# What stands in the URL besides the object.
MORE_ARGUMENTS = {"partnerships:document_page": [1]}
NO_OBJECT = {
    name
    for name in [*MATRIX, *PUBLIC]
    if name.endswith(
        (
            "_list",
            "program_create",
            "batch_create",
            "room_create",
            "day_create",
            "inmate_create",
            "user_create",
            "facility_create",
            "region_create",
        )
    )
    or name in {"partnerships:agreement_create", "partnerships:partner_create"}
    or name in {"programs:program_ready", "programs:program_from_ready"}
    or name in {"participants:sheet_rule_update", "participants:absence_create"}
    or name in {"programs:partner_duplicates", "participants:statement_import"}
    or name in {"participants:rapor_batch", "participants:roster_template_download"}
    or name in {"participants:day_pack", "participants:day_pack_print"}
    or (name.startswith("reports:") and name not in KIND)
    or name in {"verify_start", "verify_keys", "verify_offline"}
    or name.startswith(("core:", "account_", "accounts:choose", "accounts:profile"))
    or name in {"certificates:forbidden_word_create", "certificates:forbidden_word_create_shared"}
} - {"participants:application_list"}


def address(name, objects):
    if name == "verify":
        return "/v/ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    if name == "credential":
        return "/v/ABCDEFGHIJKLMNOPQRSTUVWXYZ/credential.json"
    if name in {"verify_status", "verify_file", "verify_emblem"}:
        return reverse(name, args=[0])
    if name == "programs:program_from_ready":
        return reverse(name, args=["bakery"])
    if name in NO_OBJECT:
        return reverse(name)
    kind = KIND.get(name) or name.split(":")[1].partition("_")[0]
    return reverse(name, args=[objects[kind], *MORE_ARGUMENTS.get(name, [])])


def answer(client, method, url):
    """The status of one request, whose writes are taken back at once. HEAD does what GET does, and draws no page."""
    with transaction.atomic(), undrawn(pages=method == "HEAD"):
        status = client.generic(method, url).status_code
        transaction.set_rollback(True)
    return status


def verdict(status):
    """What an answer means to the one who asked."""
    named = {302: "redirect", 403: "forbidden", 404: "not found", 405: "no such method"}
    return named.get(status, "error" if status >= 500 else "served")


@pytest.mark.parametrize("name", sorted(MATRIX))
def test_who_may(name, house, db):
    browsers, objects = house
    methods, roles = MATRIX[name]
    url = address(name, objects)
    for role, client in browsers.items():
        may = role in roles or (role == "stranger" and Role.OFFICER in roles)
        for method in METHODS:
            expected = expectation(name, role, method, may, methods)
            assert verdict(answer(client, method, url)) in expected, (role, method, url)


def expectation(name, role, method, may, methods):
    if not may:
        return {"forbidden"}
    if method not in methods:
        return {"no such method"}
    if name == "accounts:choose_assignment":
        return {"not found"}  # no assignment was named
    if role == "stranger" and name not in NO_OBJECT:
        return {"not found"}
    return {"served", "redirect"}


@pytest.mark.parametrize("name", sorted(MATRIX))
def test_a_passer_by_is_sent_to_the_door(name, house, db, browse):
    url = address(name, house[1])
    for method in METHODS:
        response = browse().generic(method, url)
        assert (response.status_code, response.url.split("?")[0]) == (302, "/accounts/login/")


@pytest.mark.parametrize("name", sorted(PUBLIC))
def test_public(name, browse, db):
    served = {method for method in METHODS if answer(browse(), method, address(name, {})) != 405}
    assert served == PUBLIC[name]
