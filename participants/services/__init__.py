from participants.services.attendance import (
    Conflict,
    Mark,
    SheetOutcome,
    lock_attendance,
    record_attendance,
    unlock_attendance,
)
from participants.services.enrollment import (
    close_enrollment,
    end_enrollment,
    enroll,
    enroll_all,
)
from participants.services.inmates import register_inmate, update_inmate
from participants.services.results import Assessment, record_results
from participants.services.trail import record_reading

__all__ = [
    "Assessment",
    "Conflict",
    "Mark",
    "SheetOutcome",
    "close_enrollment",
    "end_enrollment",
    "enroll",
    "enroll_all",
    "lock_attendance",
    "record_attendance",
    "record_reading",
    "record_results",
    "register_inmate",
    "unlock_attendance",
    "update_inmate",
]
