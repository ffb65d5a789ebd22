"""Conditions over samples (``where``): which columns they may name, and the parsed condition."""

from fercurate.domain.decisions.decision import KEEP, LABEL, SAME_PICTURE
from fercurate.domain.manifest import NUMBER_COLUMNS, TEXT_COLUMNS
from fercurate.domain.votes import VOTE_COLUMNS
from fercurate.domain.where import ColumnKind, Condition, parse_condition
from fercurate.screening.registry import CRITERIA
from fercurate.screening.screener import FAULTS

VERDICT = "verdict"
"""The column of the criterion that drops a sample; empty if none does."""

VOTES = "votes."

DECISION = "decision."

DECISION_QUESTIONS: tuple[str, ...] = (LABEL, KEEP, *FAULTS, SAME_PICTURE)

CONDITION_COLUMNS: dict[str, ColumnKind] = {
    **dict.fromkeys(TEXT_COLUMNS, "text"),
    VERDICT: "text",
    **dict.fromkeys(NUMBER_COLUMNS, "number"),
    **dict.fromkeys((criterion.name for criterion in CRITERIA), "number"),
    **dict.fromkeys((f"{VOTES}{name.lower()}" for name in VOTE_COLUMNS), "number"),
    **dict.fromkeys((f"{DECISION}{question}" for question in DECISION_QUESTIONS), "text"),
}
"""What a condition over stored samples may name: columns of the manifest, the score of each
criterion (0..1), FER+ votes (``votes.happiness``), the verdict, and what people decided by majority
(``decision.label = 'sad'``, ``decision.occluded = 'yes'``)."""


def sample_condition(text: str) -> Condition:
    """Parse a condition over stored samples.

    Raises:
        ConditionFault: it is none; the fault says at which character.
    """
    return parse_condition(text, CONDITION_COLUMNS)


def needed_criteria(condition: Condition, screened: tuple[str, ...]) -> tuple[str, ...]:
    """The criteria whose scores a condition needs; ``screened`` are those that give verdicts."""
    names = {criterion.name for criterion in CRITERIA}
    wanted = [name for name in condition.names if name in names]
    return (*wanted, *(screened if VERDICT in condition.names else ()))
