"""Conditions over samples (``where``): which columns they may name, and the parsed condition."""

from fercurate.domain.manifest import NUMBER_COLUMNS, TEXT_COLUMNS
from fercurate.domain.votes import VOTE_COLUMNS
from fercurate.domain.where import ColumnKind, Condition, parse_condition
from fercurate.screening.registry import CRITERIA

VERDICT = "verdict"
"""The column of the criterion that drops a sample; empty if none does."""

VOTES = "votes."

CONDITION_COLUMNS: dict[str, ColumnKind] = {
    **dict.fromkeys(TEXT_COLUMNS, "text"),
    VERDICT: "text",
    **dict.fromkeys(NUMBER_COLUMNS, "number"),
    **dict.fromkeys((criterion.name for criterion in CRITERIA), "number"),
    **dict.fromkeys((f"{VOTES}{name.lower()}" for name in VOTE_COLUMNS), "number"),
}
"""What a condition over stored samples may name: columns of the manifest, the score of each
criterion (0..1), FER+ votes (``votes.happiness``), and the verdict."""


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
