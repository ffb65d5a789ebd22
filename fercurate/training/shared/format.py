"""The format of an export: its files, and the names of what lies in them. Needs nothing."""

FORMAT_VERSION = 1
EXPORT_TYPE = "fercurate-export"
STANDARD, LEGACY = "standard", "legacy"
LAYOUTS: tuple[str, ...] = (STANDARD, LEGACY)
LEGACY_FILE = "data.h5"
SPLITS = ("train", "val", "test", "test_screened")
"""All splits that a file may hold; the last repeats rows of the one before."""

LEGACY_SPLITS: dict[str, str] = {
    "train": "Training",
    "val": "PublicTest",
    "test": "PrivateTest",
    "test_screened": "PrivateTestScreened",
}

TEXT_ROWS: tuple[str, ...] = (
    "sample_id",
    "source",
    "subject",
    "sequence",
    "op",
    "parent_a",
    "parent_b",
)
NUMBER_ROWS: tuple[str, ...] = ("mix", "enhanced", "fold", "true_label", "votes", "targets")
"""Columns beside images and labels; of all but the first only those that an export has."""

ORIGINAL = "original"
"""The ``op`` of rows that are pictures of a corpus, not made from others."""


def file_name(split: str, layout: str) -> str:
    """The file that holds a split."""
    return LEGACY_FILE if layout == LEGACY else f"{split}.h5"


def dataset_names(split: str, layout: str) -> dict[str, str]:
    """Dataset names of a split by column: the column's own, or those that older code reads."""
    columns = ("images", "labels", *TEXT_ROWS, *NUMBER_ROWS)
    if layout == STANDARD:
        return {column: column for column in columns}
    prefix = LEGACY_SPLITS[split]
    named = {column: f"{prefix}_{column}" for column in columns}
    return named | {"images": f"{prefix}_pixel", "labels": f"{prefix}_label"}
