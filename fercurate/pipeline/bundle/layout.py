"""The members of a bundle, and what their columns mean."""

from collections.abc import Sequence
from typing import Any

from fercurate.domain.sample_table import SAMPLE_COLUMNS, TRUE_CLASS, SampleTable
from fercurate.domain.votes import VOTE_COLUMNS

BUNDLE_VERSION, _WITHOUT_NOISE = 2, 1
"""The latest version, of bundles with label noise; others have the one that any fercurate reads."""

ABOUT = "bundle.json"
SCHEMA = "schema.json"
FINGERPRINTS, VOTES, TARGETS, ROWS, SCORES = (
    f"{name}.csv" for name in ("fingerprints", "votes", "targets", "rows", "scores")
)
ROW_COLUMNS: tuple[str, ...] = ("file", "split", "sample_id", "op", "parent_a", "parent_b", "mix")
"""The columns of ``rows.csv``: every row of the data files, in their order."""

MEMBERS: frozenset[str] = frozenset(
    {
        ABOUT,
        SCHEMA,
        FINGERPRINTS,
        VOTES,
        TARGETS,
        ROWS,
        SCORES,
        "samples.csv",
        "recipe.yaml",
        "recipe.lock",
        "datasheet.md",
        "summary.json",
        "applied.jsonl",
        "decisions.jsonl",
    }
)
"""All names that a member may have: none of them holds a picture."""

_SAMPLES = {
    "sample_id": "id in the store that the bundle was made from",
    "digest": "SHA-256 of the text HxW (or HxWx3) and the pixels, 0..255, row by row",
    "class": "class in the recipe's scheme",
    TRUE_CLASS: "class before labels of train were changed on purpose",
    "stage": "stage of the build at which the sample fell out, empty if it stands in a split",
    "reason": "why it fell out",
    "group": "first sample of those that must stay on one side, or of its copies",
    "moved_from": "split before leaks were repaired",
    "enhanced": "1 where the light was cured by histogram equalization",
    "fold": "fold that tests the sample, from 0",
    "line": "1-based line of the raw file in origin",
}


def version_of(samples: SampleTable) -> int:
    """The version of a bundle of samples: the first whose readers know all of its columns."""
    return BUNDLE_VERSION if TRUE_CLASS in samples.columns else _WITHOUT_NOISE


def schema(columns: Sequence[str] = SAMPLE_COLUMNS) -> dict[str, Any]:
    """What the members hold, JSON-ready; ``columns`` are those of the samples."""
    return {
        "samples.csv": {n: _SAMPLES.get(n, n.replace("_", " ")) for n in columns},
        FINGERPRINTS: {
            "sample_id": _SAMPLES["sample_id"],
            "fingerprint": "16 hex digits: signs of 63 low frequencies of the gray picture at "
            "32x32 (DCT-II, 8x8 without the mean), row by row, 1 for positive, then one 0",
        },
        VOTES: {"sample_id": _SAMPLES["sample_id"], **dict.fromkeys(VOTE_COLUMNS, "votes")},
        TARGETS: {"sample_id": _SAMPLES["sample_id"], "...": "share of each class, by its name"},
        ROWS: {
            "file": "data file",
            "split": "split in it",
            "sample_id": "name of the row",
            "op": "what made it",
            "parent_a": "row or sample that it was made from",
            "parent_b": "second parent of a synthetic row",
            "mix": "how far it lies from the first parent to the second",
        },
        SCORES: {"sample_id": _SAMPLES["sample_id"], "...": "score of each criterion, 0..1"},
    }
