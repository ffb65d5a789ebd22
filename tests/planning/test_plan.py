"""Plans: what is dropped, in which order, and under which labels."""

from pathlib import Path

import numpy as np
import pytest

from fercurate.domain.manifest import NUMBER_COLUMNS, TEXT_COLUMNS, Manifest
from fercurate.domain.plan import BuildPlan
from fercurate.domain.votes import VOTE_COLUMNS, VOTE_MODES
from fercurate.errors import InputError, RecipeError
from fercurate.pipeline.building.build import BuildRequest, build
from fercurate.planning.evidence import Evidence
from fercurate.planning.plan import plan_build
from fercurate.recipe.loader import parse_recipe
from fercurate.recipe.shipped import load_recipe

HEAD = """
version: 1
name: own
description: own
sources: [toy]
"""
NATIVE = "splits: {kind: native, train: [Training], val: [PublicTest], test: [PrivateTest]}\n"
CHANCE = "splits: {kind: grouped_stratified, train: 0.8, val: 0.1, test: 0.1}"
SEVEN = "labels: {scheme: seven}\n"


def manifest(rows: list[dict[str, object]]) -> Manifest:
    texts = {
        name: np.array([str(row.get(name, "")) for row in rows], dtype=object)
        for name in TEXT_COLUMNS
    }
    numbers = {name: np.full(len(rows), -1, kind) for name, kind in NUMBER_COLUMNS.items()}
    return Manifest.from_columns({**texts, **numbers})


def toy(number: int, split: str, label: str, picture: str, **more: str) -> dict[str, object]:
    return {
        "id": f"toy:{number}",
        "source": "toy",
        "expression": label,
        "native_split": split,
        "digest": picture,
        **more,
    }


def plan(rows: list[dict[str, object]], text: str, votes: np.ndarray | None = None) -> BuildPlan:
    table = manifest(rows)
    if votes is None:
        votes = np.zeros((len(rows), len(VOTE_COLUMNS)), dtype=np.uint8)
    twins = np.arange(len(rows))
    evidence = Evidence(table, votes, table.text("digest"), twins)
    return plan_build(evidence, parse_recipe(HEAD + text, "own").recipe)


def rows_of(made: BuildPlan) -> dict[str, list[int]]:
    return {p.split: list(p.rows) for p in made.main_plans}


def test_leaks_are_repaired_before_contradictions_are_judged() -> None:
    rows = [
        toy(0, "Training", "happy", "a"),
        toy(1, "PrivateTest", "sad", "a"),
        toy(2, "Training", "happy", "b"),
        toy(3, "Training", "sad", "b"),
        toy(4, "Training", "fear", "c"),
        toy(5, "PublicTest", "fear", "d"),
    ]
    made = plan(rows, SEVEN + NATIVE + "leaks: drop_train\ncontradictions: drop\n")
    assert rows_of(made) == {"train": [4], "val": [5], "test": [1]}
    assert len(made.notes) == 2
    kept = plan(rows, SEVEN + NATIVE)
    assert rows_of(kept)["train"] == [0, 2, 3, 4]


def test_vote_takes_the_commonest_label_and_drops_ties() -> None:
    labels = ["happy", "happy", "sad", "fear", "angry", "neutral"]
    pictures = ["a", "a", "a", "b", "b", "c"]
    rows = [toy(n, "Training", label, p) for n, (label, p) in enumerate(zip(labels, pictures))]  # noqa: B905
    rows += [toy(8, "PublicTest", "sad", "x"), toy(9, "PrivateTest", "sad", "y")]
    made = plan(rows, SEVEN + NATIVE + "contradictions: vote\n")
    assert rows_of(made)["train"] == [0, 1, 2, 5]
    assert list(made.labels[[0, 1, 2]]) == [3, 3, 3]


def test_several_faces_of_one_photo_do_not_contradict() -> None:
    rows = [toy(0, "Training", "happy", "a"), toy(1, "Training", "sad", "a")]
    rows += [toy(2, "PublicTest", "sad", "x"), toy(3, "PrivateTest", "sad", "y")]
    table = manifest(rows)
    identity = np.array(["a@1", "a@2", "x", "y"], dtype=object)
    votes = np.zeros((4, 10), dtype=np.uint8)
    recipe = parse_recipe(HEAD + SEVEN + NATIVE + "contradictions: drop\n", "own").recipe
    made = plan_build(Evidence(table, votes, identity), recipe)
    assert rows_of(made)["train"] == [0, 1]


def test_one_native_split_in_two_splits_is_refused() -> None:
    rows = [toy(n, "Training", "happy", str(n)) for n in range(3)]
    with pytest.raises(InputError, match="toy:Training is taken for more than one split"):
        plan(rows, SEVEN + 'splits: {kind: native, train: [Training], test: ["toy:Training"]}\n')


@pytest.mark.parametrize(
    ("stored", "expected", "fix"),
    [
        ("", "none is stored", CHANCE),
        ("tr", "those stored are 'tr'", ""),
    ],
)
def test_a_split_that_would_be_empty_is_explained(stored, expected, fix) -> None:
    with pytest.raises(InputError, match="the split train would be empty") as caught:
        plan([toy(1, stored, "happy", "p"), toy(2, stored, "sad", "q")], SEVEN + NATIVE)
    assert expected in caught.value.expected
    assert fix in caught.value.fix
    assert parse_recipe(HEAD + SEVEN + CHANCE + "\n", "own").recipe


def votes_of(**counts: int) -> list[int]:
    return [counts.get(name, 0) for name in VOTE_COLUMNS]


def test_multi_target_labels_are_the_most_voted_class() -> None:
    rows = [toy(n, s, "happy", str(n)) for n, s in enumerate(["Training", "Training"])]
    rows += [toy(2, "PublicTest", "sad", "x"), toy(3, "PrivateTest", "sad", "y")]
    votes = np.array([
        votes_of(neutral=6, anger=4),
        votes_of(anger=5, sadness=5),
        votes_of(sadness=10),
        votes_of(sadness=10),
    ], dtype=np.uint8)  # fmt: skip
    text = "labels: {scheme: eight, ferplus: {mode: multi_target}}\n" + NATIVE
    made = plan(rows, text, votes)
    assert list(made.labels) == [6, 0, 4, 4]
    assert made.labeling.targets is not None
    np.testing.assert_array_equal(np.flatnonzero(made.labeling.targets[0]), [0, 6])


def test_multi_target_allows_a_class_once_that_holds_two_expressions() -> None:
    rows = [toy(n, s, "happy", str(n)) for n, s in enumerate(["Training", "PrivateTest"])]
    votes = np.array([
        votes_of(contempt=5, disgust=5),
        votes_of(sadness=10),
    ], dtype=np.uint8)  # fmt: skip
    text = "labels: {scheme: seven, contempt: disgust, ferplus: {mode: multi_target}}\n"
    text += "splits: {kind: native, train: [Training], test: [PrivateTest]}\n"
    made = plan(rows, text, votes)
    assert made.labeling.targets is not None
    assert made.labeling.targets[0].tolist() == [0, 1, 0, 0, 0, 0, 0]
    assert made.labels[0] == 1


def test_moved_rows_take_the_labels_of_their_new_split() -> None:
    rows = [
        toy(0, "Training", "happy", "a"),
        toy(1, "PrivateTest", "happy", "a"),
        toy(2, "PublicTest", "sad", "x"),
        toy(3, "PrivateTest", "sad", "y"),
        toy(4, "PrivateTest", "sad", "z"),
    ]
    mixed = votes_of(happiness=5, surprise=5)
    votes = np.array(
        [mixed, mixed, votes_of(sadness=10), votes_of(sadness=10), mixed], dtype=np.uint8
    )
    text = "labels: {scheme: eight, ferplus: {mode: probability}}\nleaks: move\n" + NATIVE
    made = plan(rows, text, votes)
    assert rows_of(made) == {"train": [0, 1], "val": [2], "test": [3]}
    assert made.labeling.targets is not None
    np.testing.assert_allclose(made.labeling.targets[1].max(), 0.5)
    assert made.dropped["votes undecided"] == {"sad": 1}


def test_undecided_votes_keep_their_reason_under_every_kind_of_split() -> None:
    rows = [toy(n, "Training", "happy", str(n)) for n in range(20)]
    votes = np.array(
        [votes_of(happiness=5, anger=5)] * 4 + [votes_of(happiness=10)] * 16, dtype=np.uint8
    )
    text = (
        "labels: {scheme: eight, ferplus: {mode: majority}}\n"
        "splits: {kind: grouped_stratified, train: 0.5, test: 0.5}\n"
    )
    made = plan(rows, text, votes)
    assert made.dropped == {"votes undecided": {"happy": 4}}


UNVOTED = [
    (toy(0, "Training", "happy", "a"), votes_of(happiness=10)),
    (toy(1, "Training", "sad", "b"), votes_of()),
    (toy(2, "PublicTest", "sad", "x"), votes_of(sadness=10)),
    (toy(3, "PublicTest", "angry", "y"), votes_of()),
    (toy(4, "PrivateTest", "sad", "z"), votes_of(sadness=10)),
    (toy(5, "Training", "fear", "c") | {"source": "other", "id": "other:5"}, votes_of()),
]


def plan_unvoted(mode: str, more: str = "", sources: str = "[toy, other]") -> BuildPlan:
    votes = np.array([counts for _, counts in UNVOTED], dtype=np.uint8)
    text = (
        HEAD.replace("[toy]", sources) + NATIVE
    ) + f"labels: {{scheme: eight, ferplus: {{mode: {mode}{more}}}}}\n"
    table = manifest([row for row, _ in UNVOTED])
    return plan_build(Evidence(table, votes), parse_recipe(text, "own").recipe)


@pytest.mark.parametrize("mode", VOTE_MODES)
@pytest.mark.parametrize("evaluation", ["", ", evaluation: same"])
def test_rows_without_votes_have_no_label_where_their_source_has_votes(mode, evaluation) -> None:
    """Another source of a merge, which has no votes at all, keeps its own labels."""
    made = plan_unvoted(mode, evaluation)
    assert rows_of(made) == {"train": [0, 5], "val": [2], "test": [4]}
    assert made.dropped == {"no votes": {"sad": 1, "angry": 1}}
    assert list(made.labels[[0, 5]]) == [3, 2]
    if made.labeling.targets is not None:
        assert not made.labeling.targets[[1, 3]].any()


@pytest.mark.parametrize("mode", VOTE_MODES)
def test_rows_without_votes_are_kept_if_the_recipe_says_so(mode) -> None:
    made = plan_unvoted(mode, ", without_votes: keep")
    assert rows_of(made) == {"train": [0, 1, 5], "val": [2, 3], "test": [4]}
    assert made.dropped == {}
    assert list(made.labels[[1, 3]]) == [4, 0]


def test_a_recipe_without_votes_does_not_ask_for_them() -> None:
    votes = np.array([counts for _, counts in UNVOTED], dtype=np.uint8)
    made = plan([row for row, _ in UNVOTED[:5]], SEVEN + NATIVE, votes[:5])
    assert rows_of(made) == {"train": [0, 1], "val": [2, 3], "test": [4]}


def test_a_split_that_no_votes_leave_empty_says_so() -> None:
    rows = [toy(0, "Training", "sad", "a"), toy(1, "PublicTest", "sad", "b")]
    rows += [toy(2, "PrivateTest", "sad", "c")]
    votes = np.array([votes_of(sadness=10), votes_of(), votes_of()], dtype=np.uint8)
    with pytest.raises(InputError, match=r"2 samples have no votes.*without_votes: keep"):
        plan(rows, "labels: {scheme: eight, ferplus: {mode: majority}}\n" + NATIVE, votes)


def test_stratified_splits_do_not_depend_on_the_order_of_the_store() -> None:
    rng = np.random.default_rng(1)
    rows = [toy(n, "", ["happy", "sad"][n % 2], str(n // 3)) for n in range(90)]
    text = SEVEN + "splits: {kind: grouped_stratified, train: 0.6, val: 0.2, test: 0.2}\n"
    order = list(rng.permutation(90))
    first, second = plan(rows, text), plan([rows[i] for i in order], text)
    for one, other in zip(first.main_plans, second.main_plans, strict=True):
        assert {rows[i]["id"] for i in one.rows} == {rows[order[i]]["id"] for i in other.rows}


def test_people_of_two_sources_with_one_name_are_two(merged_store: Path) -> None:
    text = HEAD.replace("[toy]", "[a, b]") + SEVEN + "splits: {kind: leave_one_subject_out}\n"
    rows = [
        {**toy(n, "", "happy", str(n), subject="S1"), "source": source}
        for n, source in enumerate(["a", "a", "b", "b"])
    ]
    evidence = Evidence(manifest(rows), np.zeros((4, 10), np.uint8), manifest(rows).text("digest"))
    made = plan_build(evidence, parse_recipe(text, "own").recipe)
    assert made.folds is not None
    assert list(made.folds) == [0, 0, 1, 1]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (SEVEN + "splits: {kind: subject_kfold}\nleaks: drop_train\n", "leaks: folds keep"),
        (SEVEN + NATIVE + "normalize: [{kind: resize, size: 48}, {kind: crop}]\n", "crop must be"),
        (SEVEN + NATIVE + "balance: [{kind: offline, copies: [{kind: flip}, {kind: flip}]}]\n",
         "flip stands here more than once"),
        (SEVEN + NATIVE + "online: {brightness: [1e999, 2]}\n", "too large a number"),
        (SEVEN + NATIVE + "online: {brightness: [2, 1]}\n", "expected [low, high]"),
    ],
)  # fmt: skip
def test_sections_that_do_not_agree_are_faults(text: str, says: str) -> None:
    with pytest.raises(RecipeError) as caught:
        parse_recipe(HEAD + text, "own")
    assert any(says in fault.message for fault in caught.value.faults)


def test_weights_of_a_fold_come_from_its_own_train(merged_store: Path, tmp_path: Path) -> None:
    import h5py

    text = load_recipe("ckplus_10fold").text.replace(
        "variant: ordered", "fold_files: true\n  variant: ordered"
    )
    text += "class_weights: balanced\n"
    build(BuildRequest(parse_recipe(text, "folds"), merged_store, tmp_path / "o"))
    for name in ("fold-00", "fold-07", "."):
        with h5py.File(tmp_path / "o" / name / "train.h5") as file:
            counts = np.bincount(file["labels"][:], minlength=7)
            weights = file.attrs["class_weights"]
        present = counts > 0
        np.testing.assert_allclose(weights[present], counts.sum() / (7 * counts[present]))
