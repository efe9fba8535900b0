"""What needs doing, by right and by urgency; each line leads to the place where it is done."""

from accounts.permissions import Permission
from reports.worklist import agreements, certificates, classes, people
from reports.worklist.tasks import LATE, ORDINARY, SOON

__all__ = ["LATE", "worklist"]

URGENCY = {LATE: 0, SOON: 1, ORDINARY: 2}


def worklist(user):
    """[Task] for `user`, the most urgent first. The number of queries does not grow with the rows."""
    sources = {
        Permission.MARK_ATTENDANCE: [
            classes.missing_tools,
            classes.missing_sheets,
            classes.open_sheets,
        ],
        Permission.CONFIRM_SCANS: [classes.scans_to_confirm, classes.unread_scans],
        Permission.RECORD_RESULTS: [classes.missing_results],
        Permission.ENROLL: [
            people.planned_ends,
            people.people_at_risk,
            people.unfinished_rounds,
            people.patterns,
        ],
        Permission.MANAGE_PARTNERSHIPS: [agreements.ending_agreements, agreements.missing_scans],
        Permission.MANAGE_PROGRAMS: [
            agreements.uncovered_batches,
            classes.waiting_proposals,
            classes.batches_to_open,
            classes.batches_to_finish,
        ],
        Permission.APPROVE_CERTIFICATES: [
            certificates.awaiting_approval,
            certificates.waiting_revocations,
        ],
        Permission.PREPARE_CERTIFICATES: [certificates.awaiting_preparation],
        Permission.ISSUE_CERTIFICATES: [certificates.awaiting_issue],
        Permission.HANDLE_PAPERS: [
            certificates.handovers,
            certificates.unsigned_papers,
            certificates.unclaimed_papers,
        ],
    }
    tasks = [
        task
        for permission, finders in sources.items()
        if user.can(permission)
        for find in finders
        for task in find(user)
    ]
    return sorted(tasks, key=lambda task: URGENCY[task.urgency])
