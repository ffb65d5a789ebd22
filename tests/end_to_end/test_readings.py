"""What the last version read rightly is read the same: ids, expressions, native splits.

``last_version/readings.json`` was written by the version before this one, over the same trees.
"""

import json
from pathlib import Path

import pytest

from fercurate.domain.sample import Sample
from fercurate.sources.registry import SOURCES, recognize
from tests.corpora import plant
from tests.corpora_by_source import BUILDERS
from tests.docs.layouts import LAYOUTS

READINGS = json.loads((Path(__file__).parent / "last_version" / "readings.json").read_text("utf-8"))


def test_most_trees_could_be_read_before() -> None:
    assert len(READINGS) > 25


@pytest.mark.parametrize("name", READINGS)
def test_ids_labels_and_splits_are_those_of_the_last_version(name: str, tmp_path: Path) -> None:
    kind, _, title = name.partition(": ")
    root = tmp_path / "data"
    root.mkdir()
    if kind == "builder":
        BUILDERS[title](root)
    else:
        plant(root, LAYOUTS[title].tree)
    rows = []
    for recognition in recognize(root):
        for source in SOURCES:
            if source.name == recognition.source:
                records = source.read(recognition, source.options())
                samples = [record for record in records if isinstance(record, Sample)]
                rows += [[s.id, s.expression, s.native_split] for s in samples]
    assert rows == READINGS[name]
