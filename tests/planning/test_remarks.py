"""What a plan says of sources and splits that it does not use."""

import numpy as np

from fercurate.domain.votes import VOTE_COLUMNS
from fercurate.planning.evidence import Evidence
from fercurate.planning.plan import plan_build
from fercurate.recipe.loader import parse_recipe
from tests.planning.test_plan import HEAD, SEVEN, manifest, toy


def test_a_misspelled_native_split_and_a_source_without_a_row_are_said() -> None:
    rows = [toy(1, "Training", "sad", "1"), toy(2, "PrivateTest", "sad", "2")]
    rows += [toy(3, "", "happy", "3", source="other"), toy(4, "a", "sad", "4", source="other")]
    text = "splits: {kind: native, train: [Traning, Training, Test], test: [PrivateTest]}\n"
    text = HEAD.replace("[toy]", "[toy, other]") + SEVEN + text
    table = manifest(rows)
    votes = np.zeros((4, len(VOTE_COLUMNS)), dtype=np.uint8)
    evidence = Evidence(table, votes, table.text("digest"), np.arange(4))
    told = plan_build(evidence, parse_recipe(text, "own").recipe).warnings
    assert (
        "splits: no sample has the native split 'Traning' (did you mean 'Training'?)" in told
    )  # and nothing of Test, which other copies have
    assert "no split has a sample of other (2 native split not used)" in told
    assert not any("'Test'" in one or "of toy" in one for one in told)
