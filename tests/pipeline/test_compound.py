"""A store with simple and compound expressions: what each verb makes of the two kinds."""

import json
from collections import Counter
from pathlib import Path

import h5py
import numpy as np
import pytest

from fercurate.domain.expression import COMPOUND_EXPRESSIONS, EXPRESSIONS
from fercurate.errors import FercurateError, InputError, UsageError
from fercurate.pipeline.building.build import BuildRequest, build
from fercurate.pipeline.decisions.decide import Answer, DecideRequest, decide
from fercurate.pipeline.ingest.ingest import ingest
from fercurate.pipeline.ingest.request import IngestRequest
from fercurate.pipeline.measure.whole_store import Ease
from fercurate.pipeline.predictions.add import AddRequest, add_predictions
from fercurate.pipeline.predictions.report import prediction_report
from fercurate.pipeline.stats.stats import measure_balance
from fercurate.recipe.loader import parse_recipe
from fercurate.store.store import Store
from tests.conftest import Run
from tests.corpora import draw, encode, plant
from tests.pipeline.predictions.made import favoring, ids_and_labels, write_table
from tests.pipeline.review.reviews import review

LIST = "EmoLabel/list_patition_label.txt"
HEAD = "version: 1\nname: drawn\ndescription: drawn\nsources: [rafdb, rafdb_compound]\n"
TAIL = (
    "splits: {kind: native, train: [Training], test: [Test]}\n"
    "normalize: [{kind: grayscale}, {kind: resize, size: 24}]\n"
)
SEVEN, ELEVEN = 7, 11


def set_of(place: str, classes: int, first: int) -> dict[str, bytes | str]:
    """Four pictures of each class below a folder, one of them in test."""
    names = [f"train_{n:05d}" for n in range(3 * classes)]
    names += [f"test_{n:04d}" for n in range(classes)]
    lines = "".join(f"{name}.jpg {n % classes + 1}\n" for n, name in enumerate(names))
    pictures = {
        f"{place}/Image/aligned/{name}_aligned.jpg": encode(draw(first + n))
        for n, name in enumerate(names)
    }
    return {f"{place}/{LIST}": lines, **pictures}


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store of RAF-DB's two sets, ingested at once; not to be changed."""
    root = tmp_path_factory.mktemp("both")
    tree = set_of("RAF-DB/basic", SEVEN, 0) | set_of("RAF-DB/compound", ELEVEN, 100)
    ingest(IngestRequest((plant(root / "raw", tree),), root / "store.h5"))
    return root / "store.h5"


@pytest.fixture
def store(both: Path, tmp_path: Path) -> Path:
    """A copy of it that may be changed."""
    from shutil import copy, copytree

    copytree(both.with_name("store.h5.parts"), tmp_path / "store.h5.parts")
    return Path(copy(both, tmp_path / "store.h5"))


def built(store: Path, output: Path, labels: str, more: str = "") -> Path:
    recipe = parse_recipe(f"{HEAD}labels: {labels}\n{TAIL}{more}", "drawn.yaml")
    build(BuildRequest(recipe, store, output, jobs=1, framework="none"))
    return output


def test_both_sets_are_stored_under_names_of_their_own(both: Path) -> None:
    balance = measure_balance(both)
    assert balance.sources == {"rafdb": 28, "rafdb_compound": 44}
    assert balance.classes == (*EXPRESSIONS[:SEVEN], *COMPOUND_EXPRESSIONS)
    assert balance.splits["Training"] == dict.fromkeys(balance.classes, 3)
    compound = balance.by_source["rafdb_compound"]["Test"]
    assert {name: n for name, n in compound.items() if n} == dict.fromkeys(COMPOUND_EXPRESSIONS, 1)


@pytest.mark.parametrize(
    ("scheme", "kept", "outside"),
    [
        ("seven", 28, COMPOUND_EXPRESSIONS),
        ("eight", 28, COMPOUND_EXPRESSIONS),
        ("five", 20, (*COMPOUND_EXPRESSIONS, "disgust", "fear")),
        ("{name: own, classes: {low: [sad, angry], high: [happy, surprise]}}", 16,
         (*COMPOUND_EXPRESSIONS, "disgust", "fear", "neutral")),
        ("compound_11", 44, EXPRESSIONS[:SEVEN]),
        ("{name: own, classes: [sadly_angry, sadly_fearful]}", 8,
         (*EXPRESSIONS[:SEVEN],
          *(name for name in COMPOUND_EXPRESSIONS if name not in ("sadly_angry", "sadly_fearful"))),
         ),
    ],
)  # fmt: skip
def test_the_other_kind_is_outside_the_scheme_and_counted(
    scheme: str, kept: int, outside: tuple[str, ...], both: Path, tmp_path: Path
) -> None:
    export = built(both, tmp_path / "out", f"{{scheme: {scheme}}}")
    summary = json.loads((export / "summary.json").read_text())
    assert set(summary["dropped"]) == {"outside the scheme"}
    assert summary["dropped"]["outside the scheme"] == dict.fromkeys(outside, 4)
    with h5py.File(export / "train.h5") as train, h5py.File(export / "test.h5") as test:
        assert len(train["labels"]) + len(test["labels"]) == kept
        names = [str(name) for name in train.attrs["class_names"]]
    if scheme == "compound_11":
        assert names == list(COMPOUND_EXPRESSIONS)
    assert set(outside).isdisjoint(names)


def test_a_compound_export_is_balanced_and_counted(both: Path, tmp_path: Path) -> None:
    more = "balance: [{kind: random_over, strategy: {sadly_angry: 5}}]\nclass_weights: balanced\n"
    export = built(both, tmp_path / "out", "{scheme: compound_11}", more)
    train = measure_balance(export).splits["train"]
    assert train == dict.fromkeys(COMPOUND_EXPRESSIONS, 3) | {"sadly_angry": 5}


def test_ease_is_measured_in_each_kind_alone(
    both: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Store.open(both) as store:
        compound = store.manifest.is_one_of("expression", COMPOUND_EXPRESSIONS)
        values = Ease().measure(store, 1, lambda event: None)
    assert np.isfinite(values[:, :2]).all()
    assert (values[compound, 2] >= len(EXPRESSIONS)).all()
    assert (values[~compound, 2] < len(EXPRESSIONS)).all()
    tree = set_of("basic", SEVEN, 0)
    ingest(IngestRequest((plant(tmp_path / "raw", tree),), tmp_path / "basic.h5"))
    with Store.open(tmp_path / "basic.h5") as store:
        alone = Ease().measure(store, 1, lambda event: None)
    np.testing.assert_array_equal(values[~compound], alone)


def test_filter_and_its_page_name_the_likelier_compound_label(store: Path, tmp_path: Path) -> None:
    from fercurate.pipeline.filter.filter import filter_store
    from fercurate.pipeline.filter.request import FilterRequest

    filter_store(FilterRequest(store, report=tmp_path / "page", jobs=1))
    text = "".join(path.read_text() for path in (tmp_path / "page").rglob("*.html"))
    assert "angrily_surprised" in text


def predicted(store: Path, tmp_path: Path, names: tuple[str, ...]) -> Path:
    """A table that favors the labels of all samples whose label is one of some."""
    pairs = zip(*ids_and_labels(store), strict=True)
    chosen = [(one, label) for one, label in pairs if label in names]
    values = favoring([label for _, label in chosen], names)
    header = [f"p_{name}" for name in names]
    return write_table(tmp_path / "mine.csv", [one for one, _ in chosen], values, header, "1")


def test_predictions_of_compound_classes_are_compared_with_their_labels(
    store: Path, tmp_path: Path, run: Run
) -> None:
    table = predicted(store, tmp_path, COMPOUND_EXPRESSIONS[::-1])
    added = add_predictions(AddRequest(store, table))
    assert added.classes == COMPOUND_EXPRESSIONS
    report = prediction_report(store)
    assert report.labels == COMPOUND_EXPRESSIONS
    assert report.agreement(report.expressions).to_json()["compared"] == 44
    assert report.commands() == {}
    done = run("predictions", "show", store)
    assert done.code == 0, done.err
    assert "happily_surprised" in done.out
    assert "fercurate review" not in done.out


@pytest.mark.parametrize("suffix", ["csv", "npz"])
def test_predictions_of_both_kinds_are_refused(suffix: str, store: Path, tmp_path: Path) -> None:
    names = ("happy", "sadly_angry", "sad")
    table = predicted(store, tmp_path, names)
    if suffix == "npz":
        ids, _ = ids_and_labels(store)
        values = favoring(["happy"] * len(ids), names)
        table = tmp_path / "mine.npz"
        np.savez(table, ids=np.array(ids), probabilities=values, classes=np.array(names))
    with pytest.raises(InputError, match="happy is a simple expression and sadly_angry a compound"):
        add_predictions(AddRequest(store, table))


def test_a_review_asks_for_no_label_of_compound_samples(store: Path, tmp_path: Path) -> None:
    file = tmp_path / "answers.jsonl"
    for queue in ("random", "label_noise"):
        with review(store, file, queue) as session:
            tiles = session.next_tiles(1000)
        assert Counter(tile.given for tile in tiles) == dict.fromkeys(EXPRESSIONS[:SEVEN], 4)
    asked = review(store, file, "random", where="source='rafdb_compound'")
    with pytest.raises(InputError, match=r"no sample \(compound expressions are not asked"), asked:
        pass


def test_a_review_refuses_predictions_of_compound_classes(store: Path, tmp_path: Path) -> None:
    add_predictions(AddRequest(store, predicted(store, tmp_path, COMPOUND_EXPRESSIONS)))
    asked = review(store, tmp_path / "answers.jsonl", "predictions")
    with pytest.raises(InputError, match="are of compound expressions") as caught, asked:
        pass
    assert caught.value.fix


@pytest.mark.parametrize("answer", ["happily_surprised", "Happily Surprised"])
def test_a_compound_expression_is_no_answer(answer: str, store: Path) -> None:
    asked = Answer("rafdb_compound:train_00000.jpg", "label", answer)
    with pytest.raises(UsageError, match="is no answer to label") as caught:
        decide(DecideRequest(store, (asked,), author="anna"))
    assert "happy" in str(caught.value.expected)


def test_a_compound_expression_is_no_vote(store: Path, tmp_path: Path, run: Run) -> None:
    table = tmp_path / "votes.csv"
    table.write_text("id,anna,ben\nrafdb:train_00000.jpg,Happily Surprised,happy\n")
    done = run("votes", "add", store, table, "--name", "lab")
    assert done.code == 1
    assert "Happily Surprised" in done.err
    assert "Traceback" not in done.err


def test_noise_by_votes_says_that_nobody_voted(both: Path, tmp_path: Path) -> None:
    more = "label_noise: {kind: votes, rate: 0.5}\n"
    with pytest.raises(FercurateError, match="nobody has voted"):
        built(both, tmp_path / "out", "{scheme: compound_11}", more)
    more = "label_noise: {kind: symmetric, rate: 0.5}\n"
    export = built(both, tmp_path / "out", "{scheme: compound_11}", more)
    with h5py.File(export / "train.h5") as file:
        assert (file["labels"][:] != file["true_label"][:]).sum() == round(0.5 * 33)
