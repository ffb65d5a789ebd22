"""What was published of FER-2013: usages, counts, files and their digests."""

USAGES: dict[str, str] = {
    "training": "Training",
    "publictest": "PublicTest",
    "privatetest": "PrivateTest",
}
OFFICIAL: dict[str, int] = {"Training": 28709, "PublicTest": 3589, "PrivateTest": 3589}
KNOWN_MD5: dict[str, str] = {
    "f8428a1edbd21e88f42c73edd2a14f95": "fer2013.csv",
    "b114b9e04e6949e5fe8b6a98b3892b1d": "icml_face_data.csv",
    "3f0dfb3d3fd99c811a1299cb947e3131": "train.csv",
    "b02c2298636a634e8c2faabbf3ea9a23": "test.csv",
}
"""MD5 of the pristine files, as torchvision checks them."""

KNOWN_COUNTS: tuple[tuple[str, dict[str, int]], ...] = (
    ("the published fer2013.csv", OFFICIAL),
    ("the published train.csv", {"Training": 28709}),
    ("the published test.csv", {"Test": 7178}),
    ("the published train.csv and test.csv", {"Training": 28709, "Test": 7178}),
    ("the official split", {"Training": 28709, "Validation": 3589, "Test": 3589}),
    ("a re-split that is not the official one", {"Training": 28821, "Validation": 7066}),
)
"""Samples by native split in the copies that circulate (the last: ``jonathanoheix`` on Kaggle)."""

VALIDATION_TABLE = "val.csv"
"""A third table beside train.csv and test.csv, as ResidualMaskingNetwork reads them."""

PRECEDENCE: tuple[tuple[str, ...], ...] = (
    ("fer2013.csv",),
    ("icml_face_data.csv",),
    ("train.csv", VALIDATION_TABLE, "test.csv"),
)
"""Of several files with the same pictures, the first group present is read (torchvision's rule)."""
