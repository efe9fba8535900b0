from programs.models.batches import Batch, BatchMove, Session, Teaching
from programs.models.curricula import Coverage, Curriculum, Program, Skill, Tag, Unit
from programs.models.instructors import Competence, Instructor
from programs.models.places import DayRule, Room
from programs.models.proposals import Proposal
from programs.models.tools import ToolCount

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
    "Skill",
    "Tag",
    "Teaching",
    "ToolCount",
    "Unit",
]
