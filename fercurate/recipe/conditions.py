"""Conditions over samples (``where``): which columns they may name, and the parsed condition."""

from collections.abc import Iterator, Mapping

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


class _ConditionColumns(Mapping[str, ColumnKind]):
    """The columns that are ``named``, and unlisted those of any attribute, which are text."""

    def __init__(self, named: Mapping[str, ColumnKind]) -> None:
        self._named = named

    def __getitem__(self, name: str) -> ColumnKind:
        return "text" if _is_attribute(name) else self._named[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._named)

    def __len__(self) -> int:
        return len(self._named)


def _is_attribute(name: str) -> bool:
    prefix, dot, rest = name.partition(".")
    return prefix + dot == ATTRIBUTE and ATTRIBUTE_NAME.fullmatch(rest) is not None


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
