"""What an audit found, as values, JSON and tables."""

from dataclasses import asdict, astuple, dataclass
from typing import TYPE_CHECKING, Any

from fercurate.report.overview.base import HasOverview, Overview, rows_frame
from fercurate.report.overview.contents import audit_overview
from fercurate.screening.duplicates.recall import Recall
from fercurate.screening.duplicates.search import CHANGES

if TYPE_CHECKING:
    import pandas as pd

SCHEMA_VERSION = 1
_KEYS = {"with_train_duplicate": "with_train_twin"}
"""Keys of the JSON that have another name than the field; they stay what they were."""

KINDS: dict[str, str] = {
    "subject": "the same person",
    "sequence": "the same recording",
    "identical": "identical pictures",
    "near_identical": "identical or nearly identical pictures, blank ones aside,",
    "mirrored": "mirrored copies",
    "turned": "copies turned by quarters",
    "shifted": "shifted copies",
    "cropped": "copies that show more or less",
    "tilted": "slightly turned copies",
    "retouched": "copies with other light or marks",
    "derived": "rows made from one picture, or it and what was made from it",
}
MAX_PAIRS = 1000


@dataclass(frozen=True, slots=True)
class LeakPair:
    """A row of an evaluation split and a row of another split that it leaks to or from."""

    kind: str
    sample: str
    split: str
    other: str
    other_split: str


@dataclass(frozen=True, repr=False)
class AuditReport(HasOverview):
    """What an audit found.

    ``matrices`` holds, for each kind of leak, a count for every pair of splits: rows of the first
    that share something with the second. ``leaked`` counts the evaluation rows with any leak,
    ``leaked_by_kind`` those of each kind, ``leaked_by_change`` those that leak by nothing but
    changed copies, ``orphans`` the derived rows whose parent is not in the export. ``near_pairs``
    is None if near duplicates were not looked for, and so is a number of ``changed_pairs``, which
    are those between splits. ``near_recall`` says how much was found of near duplicates where not
    all pairs were compared.
    """

    kind: str
    splits: dict[str, int]
    identical: dict[str, int]
    near_pairs: int | None
    changed_pairs: dict[str, int | None]
    near_recall: Recall | None
    matrices: dict[str, dict[str, dict[str, int]]]
    evaluation_rows: int
    leaked: int
    leaked_by_split: dict[str, int]
    leaked_by_kind: dict[str, int]
    leaked_by_change: int
    with_train_duplicate: int
    class_order: str
    orphans: int
    pairs: tuple[LeakPair, ...]

    @property
    def titles(self) -> dict[str, str]:
        """What each kind of leak is, in words."""
        return KINDS

    @property
    def changes(self) -> tuple[str, ...]:
        """The kinds of changed copies."""
        return CHANGES

    @property
    def compares(self) -> bool:
        """Whether there are splits to compare."""
        return len(self.splits) > 1

    @property
    def share(self) -> float:
        """Share of the evaluation rows that leak."""
        return self.leaked / self.evaluation_rows if self.evaluation_rows else 0.0

    def findings(self, max_leak: float) -> bool:
        """Whether more leaks than allowed, or the order of classes is wrong."""
        return self.share > max_leak or bool(self.class_order)

    def to_json(self, max_leak: float) -> dict[str, Any]:
        """JSON-ready values with stable keys; at most ``MAX_PAIRS`` pairs of a kind."""
        values = {_KEYS.get(name, name): value for name, value in asdict(self).items()}
        return {
            "schema_version": SCHEMA_VERSION,
            "kind": "audit",
            "of": values.pop("kind"),
            **values,
            "leaked_share": self.share,
            "max_leak": max_leak,
            "passed": not self.findings(max_leak),
        }

    def overview(self) -> Overview:
        """What leaks between which splits, and the first pairs."""
        return audit_overview(self.to_json(max_leak=0.0))

    def to_frame(self) -> "pd.DataFrame":
        """Return the pairs that leak as a pandas table, at most ``MAX_PAIRS`` of a kind.

        Columns: ``kind`` (``KINDS``), ``sample``, ``split``, ``other``, ``other_split``.
        """
        return rows_frame(LeakPair.__slots__, [astuple(pair) for pair in self.pairs])
