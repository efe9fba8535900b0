from participants.models.attendance import (
    AnnouncedAbsence,
    Attendance,
    CatchUpPlace,
    PaperScan,
    Submission,
)
from participants.models.enrollments import Enrollment, Override, Suspension
from participants.models.inmates import Activity, Finding, Inmate, Separation
from participants.models.results import EarlierAttempt, Evidence, Mastery, UnitResult
from participants.models.rosters import RosterChange, RosterImport
from participants.models.rules import EligibilityRule, Rule
from participants.models.scans import PrintedSheet, ScanFile, ScanPage, ScanUpload
from participants.models.selection import (
    Application,
    ApplicationMove,
    Candidate,
    Criterion,
    Score,
    SelectionRound,
)
from participants.models.trail import ReadingTrail
from participants.models.transfers import CarriedTraining, TransferStatement

__all__ = [
    "Activity",
    "AnnouncedAbsence",
    "Application",
    "ApplicationMove",
    "Attendance",
    "Candidate",
    "CarriedTraining",
    "CatchUpPlace",
    "Criterion",
    "EarlierAttempt",
    "EligibilityRule",
    "Enrollment",
    "Evidence",
    "Finding",
    "Inmate",
    "Mastery",
    "Override",
    "PaperScan",
    "PrintedSheet",
    "ReadingTrail",
    "RosterChange",
    "RosterImport",
    "Rule",
    "ScanFile",
    "ScanPage",
    "ScanUpload",
    "Score",
    "SelectionRound",
    "Separation",
    "Submission",
    "Suspension",
    "TransferStatement",
    "UnitResult",
]
