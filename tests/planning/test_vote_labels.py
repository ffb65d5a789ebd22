"""Labels from vote sets: each rule by its definition, merged classes, which split they reach."""

import numpy as np
import pytest

from fercurate.domain.annotations.vote_set import ANSWERS, VoteSet
from fercurate.domain.manifest import NUMBER_COLUMNS, TEXT_COLUMNS, Manifest
from fercurate.domain.plan import BuildPlan
from fercurate.errors import InputError, RecipeError
from fercurate.planning.evidence import Evidence
from fercurate.planning.labeling.vote_labels import VotedLabels, vote_set_labels
from fercurate.planning.plan import plan_build
from fercurate.recipe.loader import parse_recipe
from fercurate.recipe.model import Recipe

HEAD = "version: 1\nname: own\ndescription: own\nsources: [toy]\n"
NATIVE = "splits: {kind: native, train: [Training], val: [PublicTest], test: [PrivateTest]}\n"
MOODS = "{name: m, classes: {negative: [angry, disgust, fear], happy: [happy], neutral: [neutral]}}"


def recipe(votes: str, scheme: str = "seven", more: str = "", splits: str = NATIVE) -> Recipe:
    text = f"{HEAD}labels: {{scheme: {scheme}{more}, votes: {{set: crowd, {votes}}}}}\n{splits}"
    return parse_recipe(text, "own").recipe


def crowd(*rows: dict[str, int]) -> VoteSet:
    counts = [[row.get(name, 0) for name in ANSWERS] for row in rows]
    return VoteSet("crowd", "votes.crowd-0", np.array(counts, dtype=np.int64))


def labels(votes: VoteSet, rule: str, scheme: str = "seven", more: str = "") -> VotedLabels:
    wanted = recipe(f"mode: {rule}", scheme, more).labels
    assert wanted.votes is not None
    return vote_set_labels(votes, wanted.votes.mode, wanted)


def names(found: VotedLabels, scheme: str = "seven", more: str = "") -> list[str]:
    classes = recipe("mode: majority", scheme, more).scheme.classes
    told = [classes[label] if label >= 0 else "" for label in found.labels]
    return [
        "?" if undecided else name for name, undecided in zip(told, found.undecided, strict=True)
    ]


DISPUTED = crowd(
    {"happy": 3, "sad": 2},
    {"happy": 2, "sad": 2},
    {"sad": 2, "unknown": 3},
    {"sad": 2, "not_face": 2},
    {"contempt": 3, "sad": 2},
    {"angry": 1},
    {},
)


def test_majority_is_the_answer_with_more_votes_than_any_other() -> None:
    found = labels(DISPUTED, "majority")
    assert names(found) == ["happy", "?", "?", "?", "", "angry", ""]
    assert found.targets is None
    assert found.voted.tolist() == [True] * 6 + [False]


def test_probability_gives_the_shares_of_the_classes() -> None:
    found = labels(DISPUTED, "probability")
    assert names(found) == ["happy", "happy", "?", "sad", "", "angry", ""]
    assert found.targets is not None
    happy, sad = 3, 4
    np.testing.assert_allclose(found.targets[0, [happy, sad]], [0.6, 0.4])
    np.testing.assert_allclose(found.targets[1, [happy, sad]], [0.5, 0.5])
    np.testing.assert_allclose(found.targets[3, sad], 1)
    assert not found.targets[[2, 4, 6]].any()
    sums = found.targets.sum(axis=1)
    np.testing.assert_allclose(sums, found.labels >= 0)


def test_a_class_of_the_scheme_takes_the_votes_of_all_its_expressions() -> None:
    votes = crowd({"angry": 2, "fear": 2, "happy": 3}, {"angry": 1, "sad": 3, "disgust": 1})
    assert names(labels(votes, "majority", MOODS), MOODS) == ["negative", ""]
    found = labels(votes, "probability", MOODS)
    assert found.targets is not None
    np.testing.assert_allclose(found.targets[0], [4 / 7, 3 / 7, 0])


def test_contempt_counts_to_its_class_before_any_rule() -> None:
    votes = crowd({"happy": 3, "disgust": 2, "contempt": 2})
    assert names(labels(votes, "majority")) == ["happy"]
    counted = ", contempt: disgust"
    assert names(labels(votes, "majority", "seven", counted), "seven", counted) == ["disgust"]


def readers(seed: int, skills: tuple[float, ...], count: int = 300) -> tuple[VoteSet, np.ndarray]:
    """Readers who are right so often, and what is true."""
    rng = np.random.default_rng(seed)
    truth = rng.integers(0, 4, count)
    guesses = rng.integers(0, 4, (count, len(skills)))
    codes = np.where(rng.random((count, len(skills))) < skills, truth[:, None], guesses)
    names = tuple(f"r{n}" for n in range(len(skills)))
    return VoteSet.of_codes("crowd", "readers.crowd-0", names, codes), truth


def test_dawid_skene_believes_the_reliable_reader() -> None:
    votes, truth = readers(1, (0.95, 0.8, 0.3, 0.3, 0.3))
    found = labels(votes, "dawid_skene")
    assert found.targets is not None
    assert (found.labels == truth).mean() > (
        labels(votes, "probability").labels == truth
    ).mean() + 0.03
    np.testing.assert_allclose(found.targets.sum(axis=1), 1, atol=1e-6)
    assert (found.targets.argmax(axis=1) == found.labels).all()


def test_dawid_skene_pools_counts_and_reads_unknown_as_no_answer() -> None:
    sure = [{"happy": 9, "sad": 1}, {"sad": 9, "happy": 1}] * 20
    votes = crowd(*sure, {"happy": 4, "unknown": 6}, {"unknown": 10}, {"not_face": 10})
    found = labels(votes, "dawid_skene")
    assert names(found) == ["happy", "sad"] * 20 + ["happy", "?", "?"]


def toy(splits: str) -> Manifest:
    letters = {"T": "Training", "V": "PublicTest", "P": "PrivateTest"}
    rows = [
        {"id": f"toy:{n}", "source": "toy", "expression": "neutral", "native_split": letters[one]}
        for n, one in enumerate(splits)
    ]
    texts = {
        name: np.array([row.get(name, str(n)) for n, row in enumerate(rows)], dtype=object)
        for name in TEXT_COLUMNS
    }
    numbers = {name: np.full(len(rows), -1, kind) for name, kind in NUMBER_COLUMNS.items()}
    return Manifest.from_columns({**texts, **numbers})


def plan(splits: str, votes: VoteSet | None, wanted: Recipe) -> BuildPlan:
    manifest = toy(splits)
    none = np.zeros((len(manifest), 10), dtype=np.uint8)
    return plan_build(Evidence(manifest, none, vote_set=votes), wanted)


def classes_of(made: BuildPlan, wanted: Recipe) -> dict[str, list[str]]:
    return {
        one.split: [wanted.scheme.classes[made.labels[row]] for row in one.rows]
        for one in made.main_plans
    }


VOTES = crowd({"happy": 2}, {"sad": 1, "happy": 1}, {}, {"fear": 3}, {}, {"angry": 1})


def test_val_and_test_keep_the_labels_of_the_corpus() -> None:
    wanted = recipe("mode: majority")
    made = plan("TTTVVP", VOTES, wanted)
    assert classes_of(made, wanted) == {
        "train": ["happy", "neutral"],
        "val": ["neutral", "neutral"],
        "test": ["neutral"],
    }
    assert made.dropped == {"votes undecided": {"neutral": 1}}


def test_they_are_relabeled_where_the_recipe_says_so() -> None:
    wanted = recipe("mode: majority, evaluation: same")
    made = plan("TTTVVP", VOTES, wanted)
    assert classes_of(made, wanted)["val"] == ["fear", "neutral"]
    assert classes_of(made, wanted)["test"] == ["angry"]


def test_samples_without_votes_are_dropped_where_the_rule_holds() -> None:
    wanted = recipe("mode: majority, without_votes: drop")
    made = plan("TTTVVP", VOTES, wanted)
    assert classes_of(made, wanted) == {
        "train": ["happy"],
        "val": ["neutral"] * 2,
        "test": ["neutral"],
    }
    assert made.dropped["no votes"] == {"neutral": 1}
    same = recipe("mode: majority, without_votes: drop, evaluation: same")
    assert classes_of(plan("TTTVVP", VOTES, same), same)["val"] == ["fear"]


def test_an_undecided_sample_is_kept_where_its_own_label_holds() -> None:
    wanted = recipe("mode: majority")
    made = plan("TVP", crowd({"happy": 1}, {"sad": 1, "happy": 1}, {"sad": 1, "happy": 1}), wanted)
    assert classes_of(made, wanted) == {"train": ["happy"], "val": ["neutral"], "test": ["neutral"]}
    assert made.dropped == {}


def test_soft_targets_are_one_hot_in_val_and_test() -> None:
    wanted = recipe("mode: probability")
    made = plan("TTTVVP", VOTES, wanted)
    targets = made.labeling.targets
    assert targets is not None
    np.testing.assert_allclose(targets[1, [3, 4]], 0.5)
    np.testing.assert_allclose(targets[[2, 3, 4, 5]], np.eye(7)[[6] * 4])


def test_chance_may_put_an_undecided_sample_anywhere() -> None:
    chance = "splits: {kind: grouped_stratified, train: 0.5, val: 0.25, test: 0.25}\n"
    wanted = recipe("mode: majority, without_votes: drop", splits=chance)
    votes = crowd(*([{"happy": 2}, {"sad": 1, "happy": 1}, {}] * 20))
    made = plan("T" * 60, votes, wanted)
    for one in made.main_plans:
        kinds = {int(row) % 3 for row in one.rows}
        assert kinds == ({0} if one.split == "train" else {0, 1, 2})


def test_a_set_that_nobody_gave_is_refused() -> None:
    with pytest.raises(InputError, match=r"own: labels.votes: .*the votes crowd: there are none"):
        plan("TVP", None, recipe("mode: majority"))


@pytest.mark.parametrize(
    ("votes", "told"),
    [
        ("mode: most", "labels.votes.mode: 'most'; expected 'majority', 'probability' or"),
        ("mode: majority, evaluation: majority", "labels.votes.evaluation"),
        ("mode: majority, readers: 2", "unknown key 'readers'"),
    ],
)
def test_faults_of_the_key_have_their_line(votes: str, told: str) -> None:
    with pytest.raises(RecipeError) as caught:
        recipe(votes)
    assert "line 5" in caught.value.message
    assert told in caught.value.message


@pytest.mark.parametrize("name", ["Crowd", "a b", "", "ä", "x" * 65])
def test_names_that_no_set_has_are_faults(name: str) -> None:
    text = f"{HEAD}labels: {{scheme: seven, votes: {{set: '{name}', mode: majority}}}}\n{NATIVE}"
    with pytest.raises(RecipeError, match=r"labels\.votes\.set"):
        parse_recipe(text, "own")


def test_labels_come_from_one_kind_of_votes() -> None:
    with pytest.raises(RecipeError, match="labels come from ferplus already"):
        recipe("mode: majority", more=", ferplus: {mode: majority}")
