"""Predictions from Python: from a table in memory to the likeliest label errors, in four lines."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import fercurate

CLASSES = ["angry", "disgust", "fear", "happy", "sad", "surprise", "neutral"]


def table_of(store: Path) -> pd.DataFrame:
    """Probabilities that favor ``happy``, whatever is labeled."""
    with fercurate.Store.open(store) as opened:
        ids = opened.manifest.text("id")
    values = np.full((len(ids), 7), 0.05)
    values[:, CLASSES.index("happy")] = 0.7
    return pd.DataFrame(values, columns=CLASSES).assign(sample_id=ids)


def test_a_table_in_memory_becomes_a_list_of_likely_errors(store: Path) -> None:
    added = fercurate.add_predictions(str(store), table_of(store), name="always", out_of_fold=True)
    assert str(added).startswith("predictions always (out of fold) added: 200 of 200 samples")
    report = fercurate.show_predictions(store)
    frame = report.to_frame()
    assert set(frame["predicted"]) == {"happy"}
    assert (frame["flagged"] == (frame["label"] != "happy")).all()
    listed = fercurate.list_predictions(store)
    assert listed.to_frame()["name"].tolist() == ["always"]
    assert "<table" in report._repr_html_()
    assert "<table" in listed._repr_html_()


def test_what_is_assumed_is_a_python_warning(store: Path, tmp_path: Path) -> None:
    table_of(store).to_csv(tmp_path / "always.csv", index=False)
    with pytest.warns(fercurate.FercurateWarning, match="does not say whether it is out of fold"):
        added = fercurate.add_predictions(store, tmp_path / "always.csv")
    assert (added.name, added.out_of_fold) == ("always", False)
    with pytest.warns(fercurate.FercurateWarning, match="in-sample predictions hide"):
        fercurate.show_predictions(store, name="always")


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"table": 3}, "table: 3 is no path"),
        ({"table": ""}, "table: the path is empty"),
        ({"name": 3}, "name: 3; expected text"),
        ({"name": "A b"}, "name: 'A b'; expected lower-case letters"),
        ({"out_of_fold": "yes"}, "out_of_fold: 'yes'; expected True, False or None"),
    ],
)
def test_a_wrong_argument(store: Path, given: dict[str, Any], says: str) -> None:
    arguments = {"table": table_of(store)} | given
    with pytest.raises(fercurate.UsageError, match=says):
        fercurate.add_predictions(store, **arguments)
