from participants.services.absences import announce_absence, withdraw_absence
from participants.services.applications import propose, withdraw_application
from participants.services.attendance import (
    Conflict,
    Mark,
    SheetOutcome,
    lock_attendance,
    record_attendance,
    unlock_attendance,
)
from participants.services.catch_up import schedule_catch_up, update_catch_up
from participants.services.closing import close_sheets, lock_all, set_sheet_days
from participants.services.confirming import Answers, confirm_page
from participants.services.eligibility import (
    end_activity,
    end_separation,
    record_activity,
    record_finding,
    record_overrides,
    separate,
    set_rules,
)
from participants.services.enrollment import (
    close_enrollment,
    enroll,
    enroll_all,
    reopen_enrollment,
)
from participants.services.evidence import keep_evidence, withdraw_evidence
from participants.services.inmates import (
    check_inmate,
    register_inmate,
    remove_photo,
    set_photo,
    update_inmate,
)
from participants.services.life import (
    depart,
    end_enrollment,
    plan_end,
    resume,
    return_inmate,
    return_to_batch,
    suspend,
)
from participants.services.mastery import Tick, TickClash, record_mastery
from participants.services.panel import (
    Word,
    decide_round,
    enroll_chosen,
    enroll_waiting,
    record_decree,
)
from participants.services.paper import keep_paper, mark_from_paper
from participants.services.printing import print_sheets
from participants.services.results import (
    Assessment,
    ResultClash,
    ResultsRefused,
    record_results,
)
from participants.services.roster_changes import run_import, undo_import
from participants.services.rosters import (
    answer_roster,
    discard_roster,
    keep_roster,
    start_import,
)
from participants.services.scan_reading import read_upload, reread_page, resume_reading
from participants.services.scans import keep_scans, name_page, restore_page, set_aside_page
from participants.services.selection import (
    Choice,
    Points,
    note_choices,
    open_round,
    score_round,
    submit_round,
    update_round,
)
from participants.services.trail import record_reading
from participants.services.transfers import import_statement, make_statement, read_letter

__all__ = [
    "Answers",
    "Assessment",
    "Choice",
    "Conflict",
    "Mark",
    "Points",
    "ResultClash",
    "ResultsRefused",
    "SheetOutcome",
    "Tick",
    "TickClash",
    "Word",
    "announce_absence",
    "answer_roster",
    "check_inmate",
    "close_enrollment",
    "close_sheets",
    "confirm_page",
    "decide_round",
    "depart",
    "discard_roster",
    "end_activity",
    "end_enrollment",
    "end_separation",
    "enroll",
    "enroll_all",
    "enroll_chosen",
    "enroll_waiting",
    "import_statement",
    "keep_evidence",
    "keep_paper",
    "keep_roster",
    "keep_scans",
    "lock_all",
    "lock_attendance",
    "make_statement",
    "mark_from_paper",
    "name_page",
    "note_choices",
    "open_round",
    "plan_end",
    "print_sheets",
    "propose",
    "read_letter",
    "read_upload",
    "record_activity",
    "record_attendance",
    "record_decree",
    "record_finding",
    "record_mastery",
    "record_overrides",
    "record_reading",
    "record_results",
    "register_inmate",
    "remove_photo",
    "reopen_enrollment",
    "reread_page",
    "restore_page",
    "resume",
    "resume_reading",
    "return_inmate",
    "return_to_batch",
    "run_import",
    "schedule_catch_up",
    "score_round",
    "separate",
    "set_aside_page",
    "set_photo",
    "set_rules",
    "set_sheet_days",
    "start_import",
    "submit_round",
    "suspend",
    "undo_import",
    "unlock_attendance",
    "update_catch_up",
    "update_inmate",
    "update_round",
    "withdraw_absence",
    "withdraw_application",
    "withdraw_evidence",
]
