"""All scores of a batch as a spreadsheet, in the shape in which they may come back."""

from collections import defaultdict

from participants.queries.standings import results_of
from participants.score_columns import NAME, NUMBER, REGISTER, score_columns


def result_columns(batch):
    """[(heading, function of a row)]."""
    people = [
        (NUMBER, lambda row: row[0].position),
        (NAME, lambda row: row[0].inmate.name),
        (REGISTER, lambda row: row[0].inmate.short_register),
    ]
    scores = [
        (column.heading, lambda row, column=column: _score(row[1].get(column.unit.pk), column.part))
        for column in score_columns(batch.curriculum.units.all())
    ]
    return people + scores


def result_rows(batch):
    """[(enrollment, {unit.pk: result})] in the order of the paper."""
    found = defaultdict(dict)
    for result in results_of(batch):
        found[result.enrollment_id][result.unit_id] = result
    return [(one, found[one.pk]) for one in batch.enrollments.in_paper_order()]


def _score(result, part):
    score = result and getattr(result, f"{part}_score")
    if score is None:
        return None
    return float(score) if score % 1 else int(score)
