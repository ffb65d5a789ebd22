"""Conditions over samples (``where``): which columns they may name, and the parsed condition."""

from collections.abc import Mapping

from fercurate.domain.annotations.attribute import ATTRIBUTE_NAME, KIND_PREFIX
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

ATTRIBUTE = KIND_PREFIX
"""What the columns of attributes begin with: ``attribute.gender``."""


class _ConditionColumns(dict[str, ColumnKind]):
    """The columns that have a name of their own, and those of any attribute, which are text."""

    def __contains__(self, name: object) -> bool:
        return super().__contains__(name) or _is_attribute(name)

    def __missing__(self, name: str) -> ColumnKind:
        if not _is_attribute(name):
            raise KeyError(name)
        return "text"


def _is_attribute(name: object) -> bool:
    return (
        isinstance(name, str)
        and name.startswith(ATTRIBUTE)
        and ATTRIBUTE_NAME.fullmatch(name.removeprefix(ATTRIBUTE)) is not None
    )


_NAMED: dict[str, ColumnKind] = {
    **dict.fromkeys(TEXT_COLUMNS, "text"),
    VERDICT: "text",
    **dict.fromkeys(NUMBER_COLUMNS, "number"),
    **dict.fromkeys((criterion.name for criterion in CRITERIA), "number"),
    **dict.fromkeys((f"{VOTES}{name.lower()}" for name in VOTE_COLUMNS), "number"),
    **dict.fromkeys((f"{DECISION}{question}" for question in DECISION_QUESTIONS), "text"),
}
CONDITION_COLUMNS: Mapping[str, ColumnKind] = _ConditionColumns(_NAMED)
"""What a condition over stored samples may name: columns of the manifest, the score of each
criterion (0..1), FER+ votes (``votes.happiness``), the verdict, what people decided by majority
(``decision.label = 'sad'``, ``decision.occluded = 'yes'``), and attributes
(``attribute.gender = 'female'``), which are named here only when they are asked for."""


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
