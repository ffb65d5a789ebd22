"""What was published of AffectNet: rows of the lists, samples of the releases and packs."""

from fercurate.sources.affectnet import lists, mini

LISTED_ROWS: dict[str, int] = {"Training": 414_800, "Validation": 5_500}
"""Rows of the published lists of 2017, including those of no expression."""

PUBLISHED: dict[str, dict[str, tuple[int, ...]]] = {
    lists.LAYOUT: {"Training": (287_651, 287_652), "Validation": (4_000,)},
    mini.LAYOUT: {"Training": (287_651,), "Validation": (3_999,)},
}
"""Layout -> native split -> samples of the eight expressions in the published release.

One training picture of 2017 is empty as published (0 bytes), so copies have it or do not.
"""

KAGGLE_ROWS = 29_042
"""Rows of the ``labels.csv`` that circulates on Kaggle."""
