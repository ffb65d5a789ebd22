"""What became of decisions by people in a plan: counts for the papers of an export."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from fercurate.domain.plan import EVALUATION_SPLITS, Labeling
from fercurate.domain.text import plural
from fercurate.planning.decisions import DECIDED, DecidedSamples
from fercurate.planning.splitting import SplitState

_LISTED = 5


@dataclass(frozen=True)
class AppliedDecisions:
    """What a plan came to.

    Attributes:
        facts: JSON-ready: who decided how much, what was applied, and what could not be; nothing
            for a recipe that asks for no decisions.
        tested: the splits that are tested.
    """

    facts: Mapping[str, Any]
    tested: tuple[str, ...] = EVALUATION_SPLITS

    @classmethod
    def of(
        cls,
        decided: DecidedSamples | None,
        state: SplitState,
        labeling: Labeling,
        in_folds: bool = False,
    ) -> "AppliedDecisions":
        """Look where the samples that people decided on have come to stand.

        ``in_folds``: train is cut into folds, each of which is tested.
        """
        if decided is None:
            return cls({})
        return cls(_facts(decided, state, labeling), ("train",) if in_folds else EVALUATION_SPLITS)

    @property
    def warnings(self) -> Iterator[str]:
        """What asks for attention, one sentence each."""
        for name in self.tested:
            count = self.facts.get("labeled", {}).get(name, 0)
            if count:
                yield (
                    f"{name}: people gave {plural(count, 'sample')} their labels: results on it "
                    "compare only to those with the same decisions"
                )
        other = self.facts.get("other_pixels", [])
        if other:
            some = ", ".join(other[:_LISTED]) + (", ..." if len(other) > _LISTED else "")
            yield (
                f"decisions on {plural(len(other), 'sample')} are about other pixels than those "
                f"stored and were not applied: {some}"
            )

    @property
    def notes(self) -> Iterator[str]:
        """What else is to be known, one sentence each."""
        facts = self.facts
        if not facts:
            return
        if not facts["counted"]:
            yield "decisions: there are none yet"
            return
        labeled = ", ".join(f"{count:,} in {name}" for name, count in facts["labeled"].items())
        dropped = ", ".join(f"{name} {count:,}" for name, count in facts["dropped"].items())
        authors = ", ".join(facts["authors"])
        yield (
            f"decisions: {facts['counted']:,} by {authors}: labels of {labeled} by the rule "
            f"{facts['labels_by']}; left out by the rule {facts['drops_by']}: {dropped or 'none'}"
        )
        for count, text in (
            (
                facts["undecided_labels"],
                "have no label that their authors agree on, and keep theirs",
            ),
            (facts["not_stored"], "are not stored"),
        ):
            if count:
                yield f"decisions: {plural(count, 'sample')} {text}"


def _facts(decided: DecidedSamples, state: SplitState, labeling: Labeling) -> dict[str, Any]:
    wanted, reasons = decided.wanted, [str(one) for one in state.verdicts.reasons]
    dropped = Counter(one.partition(": ")[2] for one in reasons if one.startswith(DECIDED))
    relabeled = np.asarray(decided.labels != "") & (labeling.labels >= 0)
    rows = state.assignment.rows
    return {
        **decided.facts,
        "labels_by": wanted.labels,
        "drops_by": wanted.drop,
        "splits": list(wanted.splits),
        "labeled": {name: int(relabeled[rows.get(name, [])].sum()) for name in wanted.splits},
        "dropped": dict(sorted(dropped.items())),
        "joined_pairs": len(decided.same),
        "set_apart": len(decided.apart),
    }
