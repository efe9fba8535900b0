from programs.services.batches import (
    assign_instructor,
    begin_batch,
    move_batch,
    plan_batch,
    update_batch,
)
from programs.services.curricula import (
    add_unit,
    cover_program,
    create_program,
    new_version,
    update_program,
    update_unit,
)
from programs.services.instructors import add_instructor, update_instructor
from programs.services.places import (
    add_room,
    close_room,
    remove_day_rule,
    set_day_rules,
    update_room,
)
from programs.services.sessions import (
    cancel_session,
    hold_session,
    lock_session,
    move_session,
    refuse_unless_schedulable,
    schedule_session,
    unlock_session,
)

__all__ = [
    "add_instructor",
    "add_room",
    "add_unit",
    "assign_instructor",
    "begin_batch",
    "cancel_session",
    "close_room",
    "cover_program",
    "create_program",
    "hold_session",
    "lock_session",
    "move_batch",
    "move_session",
    "new_version",
    "plan_batch",
    "refuse_unless_schedulable",
    "remove_day_rule",
    "schedule_session",
    "set_day_rules",
    "unlock_session",
    "update_batch",
    "update_instructor",
    "update_program",
    "update_room",
    "update_unit",
]
