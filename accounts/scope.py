"""Whose rows one may see. Fails closed: no assignment, or a reach a model does not answer, is nothing."""

from django.db import models


class ScopedQuerySet(models.QuerySet):
    """Rows that belong to a facility; `facility_path` leads there from the model."""

    facility_path = "facility"

    def visible_to(self, user):
        """The rows within reach of the assignment under which `user` acts now."""
        assignment = user.assignment
        if assignment is None:
            return self.none()
        return getattr(self, f"within_{assignment.reach}")(assignment)

    def of_facility(self, code):
        """Narrowed to the facility with that code, or unchanged without one: the reports' links use it."""
        return self.filter(**{f"{self.facility_path}__code": code}) if code else self

    def within_facility(self, assignment):
        return self.filter(**{self.facility_path: assignment.facility_id})

    def within_region(self, assignment):
        return self.filter(**{f"{self.facility_path}__region": assignment.region_id})

    def within_nation(self, assignment):
        return self.all()

    def within_school(self, assignment):
        """What a school's coordinator sees; models that know schools say so."""
        return self.none()

    def within_classes(self, assignment):
        """What an instructor sees: the classes she teaches; models that know classes say so."""
        return self.none()
