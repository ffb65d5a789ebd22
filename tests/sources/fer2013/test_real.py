"""The real FER-2013 and FER+, where a copy is at hand; the figures are those of FORMATS 1.1."""

import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from fercurate.domain.manifest import NUMBER_COLUMNS, TEXT_COLUMNS, Manifest
from fercurate.domain.sample import Reject
from fercurate.sources.base import RecordCounts
from fercurate.sources.fer2013.source import Fer2013
from fercurate.sources.ferplus.source import FerPlus

DEFAULT = Path(__file__).parents[3].parent / "shared"
SHARED = Path(os.environ.get("FERCURATE_SHARED", DEFAULT)) / "data"
CLASSES = ("angry", "disgust", "fear", "happy", "sad", "surprise", "neutral")
TABLE = {
    "Training": (3995, 436, 4097, 7215, 4830, 3171, 4965),
    "PublicTest": (467, 56, 496, 895, 653, 415, 607),
    "PrivateTest": (491, 55, 528, 879, 594, 416, 626),
}

pytestmark = pytest.mark.skipif(
    not (SHARED / "fer2013.npz").is_file(),
    reason=f"no real FER-2013 (fer2013.npz) in {SHARED}; set FERCURATE_SHARED to its parent",
)


@pytest.fixture(scope="module")
def fer2013_csv(tmp_path_factory):
    """Write the 301 MB file, and take it away afterwards."""
    path = tmp_path_factory.mktemp("real") / "fer2013.csv"
    subprocess.run([sys.executable, SHARED / "make_fer2013_csv.py", path], check=True)
    yield path
    path.unlink()


def test_real_fer2013_and_ferplus_give_the_published_figures(fer2013_csv) -> None:
    """One test, so that one worker writes the file once."""
    source, totals = Fer2013(), RecordCounts()
    recognition = source.recognize(fer2013_csv)
    assert recognition is not None
    with np.load(SHARED / "fer2013.npz") as bundle:
        images = bundle["images"]
    columns = {name: [] for name in (*TEXT_COLUMNS, *NUMBER_COLUMNS)}
    rejects, wrong = [], 0
    for record in source.read(recognition, source.options()):
        totals.add(record)
        if isinstance(record, Reject):
            rejects.append(record)
            continue
        wrong += not np.array_equal(record.pixels, images[record.row])
        for name, column in columns.items():
            column.append(getattr(record, name, "" if name in TEXT_COLUMNS else -1))
    assert (rejects, wrong, totals.records) == ([], 0, 35_887)
    assert columns["id"][0] == "fer2013:0000000"
    assert columns["id"][-1] == "fer2013:0035886"
    assert columns["line"] == list(range(2, 35_889))
    found = Counter(zip(columns["native_split"], columns["expression"], strict=True))
    assert found == {
        (usage, name): count
        for usage, counts in TABLE.items()
        for name, count in zip(CLASSES, counts, strict=True)
    }
    variant = source.variant(recognition, totals, "")
    assert variant.startswith("the counts of the published fer2013.csv, but another MD5")
    check_votes(Manifest.from_columns({n: np.array(c, object) for n, c in columns.items()}))


def check_votes(samples: Manifest) -> None:
    votes = FerPlus().recognize(SHARED / "fer2013new.csv")
    assert votes is not None
    joined = FerPlus().join(votes, samples, 35_887)
    assert (len(joined.rows), joined.rejects) == (35_887, ())
    assert (joined.compared, f"{joined.agreement:.1%}") == (31_412, "67.5%")
    not_a_face = joined.votes[:, 9] == 10
    split = samples.text("native_split")[joined.rows]
    found = Counter(split[not_a_face])
    assert found == {"Training": 150, "PublicTest": 10, "PrivateTest": 16}
    sums = joined.votes.sum(axis=1)
    assert np.flatnonzero(sums != 10).tolist() == [10_435]
    assert sums[10_435] == 9
