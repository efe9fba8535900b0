"""From theory and practice to one score, and from a score to its predikat. No database."""

from decimal import ROUND_HALF_UP, Decimal

HUNDREDTH = Decimal("0.01")
TENTH = Decimal("0.1")


def weights_of(curriculum, unit):
    """(theory, practice), whole numbers in whatever measure; a part that is not taught weighs nothing."""
    if not unit.practice_hours:
        return 1, 0
    if not unit.theory_hours:
        return 0, 1
    if curriculum.theory_weight is None:
        return unit.theory_hours, unit.practice_hours
    return curriculum.theory_weight, 100 - curriculum.theory_weight


def final_score(theory, practice, weights):
    """The weighted score, rounded half up to two decimals; both parts must be there if both are taught."""
    theory_weight, practice_weight = weights
    total = (theory or 0) * theory_weight + (practice or 0) * practice_weight
    return (Decimal(total) / (theory_weight + practice_weight)).quantize(HUNDREDTH, ROUND_HALF_UP)


def predicate_of(score, predicates):
    """The word for a competent score, by [[name, lowest score] …] from the best; the last one catches the rest."""
    if not predicates:
        return ""
    return next((name for name, least in predicates if score >= least), predicates[-1][0])


def predicate_scale(predicates, pass_mark):
    """[(name, from, to)] from the best down to the pass mark; what lies below it wholly is left out.

    In whole numbers: "to" 89 means everything below 90, 89.5 as well.
    """
    scale, top = [], 100
    for place, (name, least) in enumerate(predicates):
        if top < pass_mark:
            break
        is_last = place == len(predicates) - 1
        least = pass_mark if is_last else max(least, pass_mark)
        scale.append((name, least, top))
        top = least - 1
    return scale


def average_of(scores):
    """Over all units, rounded half up to one decimal: as it is printed."""
    return (Decimal(sum(scores)) / len(scores)).quantize(TENTH, ROUND_HALF_UP)


def overall_predicate(scores, curriculum):
    """The word for somebody's average as it is printed beside it; none below the pass mark."""
    average = average_of(scores)
    if average < curriculum.pass_mark:
        return ""
    return predicate_of(average, curriculum.predicates)


def is_held_back(result, pass_mark):
    """BK although the score would do: it stays so until somebody says K, or a remedial."""
    return not (result.is_competent or result.is_part) and result.score >= pass_mark
