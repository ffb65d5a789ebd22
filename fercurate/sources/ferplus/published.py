"""What was published of FER+: its files and folders, the rows of its lists, how a join agrees."""

NEW_CSV = "fer2013new.csv"
ALIGNED_AGREEMENT = 0.4
"""Below this agreement with FER-2013's labels a join is refused (aligned 0.67, misaligned 0.2)."""

LABEL_FOLDERS: dict[str, str] = {
    "fer2013train": "Training",
    "fer2013valid": "PublicTest",
    "fer2013test": "PrivateTest",
}
"""Case-folded name of a folder -> usage of the pictures that it holds."""

LABEL_ROWS: dict[str, int] = {"Training": 28558, "PublicTest": 3579, "PrivateTest": 3573}
"""Rows of the ``label.csv`` files of the release."""
