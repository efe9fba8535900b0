from programs.models.batches import Batch, BatchMove, Session, Teaching
from programs.models.curricula import Coverage, Curriculum, Program, Tag, Unit
from programs.models.instructors import Competence, Instructor
from programs.models.places import DayRule, Room
from programs.models.proposals import Proposal

__all__ = [
    "Batch",
    "BatchMove",
    "Competence",
    "Coverage",
    "Curriculum",
    "DayRule",
    "Instructor",
    "Program",
    "Proposal",
    "Room",
    "Session",
    "Tag",
    "Teaching",
    "Unit",
]
