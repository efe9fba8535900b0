from participants.models.attendance import Attendance, Submission, UnitResult
from participants.models.enrollments import Enrollment, Override, Suspension
from participants.models.inmates import Activity, Finding, Inmate, Separation
from participants.models.rosters import RosterChange, RosterImport
from participants.models.rules import EligibilityRule, Rule
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
    "Application",
    "ApplicationMove",
    "Attendance",
    "Candidate",
    "CarriedTraining",
    "Criterion",
    "EligibilityRule",
    "Enrollment",
    "Finding",
    "Inmate",
    "Override",
    "ReadingTrail",
    "RosterChange",
    "RosterImport",
    "Rule",
    "Score",
    "SelectionRound",
    "Separation",
    "Submission",
    "Suspension",
    "TransferStatement",
    "UnitResult",
]
