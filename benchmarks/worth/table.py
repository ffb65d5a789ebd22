"""The table: what each variant reaches, against the set as it is."""

from collections.abc import Iterator, Mapping, Sequence
from statistics import mean, stdev

from benchmarks.worth.answers import Answers, accuracy, answers_of, mean_recall, predictions_of
from benchmarks.worth.runs import Run, Workshop, epochs_of, train_rows
from benchmarks.worth.variants import TESTS, VARIANTS

HEAD = ("train", "rows", "epochs", "seeds", *(told for told, _ in TESTS.values()), "mean recall")

Scores = Mapping[str, Sequence[float]]
"""Shares by test, one for each seed."""

RECALL = "recall"


def table(shop: Workshop, variants: Sequence[str], seeds: Sequence[int]) -> Iterator[str]:
    """Yield the lines of a Markdown table; a variant of which no run is done has none."""
    answers = {name: answers_of(shop.folder / "tests" / name) for name in TESTS}
    yield f"| {' | '.join(HEAD)} |"
    yield f"|{' --- |' * len(HEAD)}"
    for name in variants:
        runs = [run for run in (Run(name, seed) for seed in seeds) if shop.is_done(run)]
        if runs:
            rows = f"{train_rows(shop.folder / 'variants' / name):,}"
            epochs = str(epochs_of(shop.folder_of(runs[0])))
            found = scores(shop, runs, answers)
            shares = [in_words(found[test]) for test in (*TESTS, RECALL)]
            yield f"| {' | '.join((VARIANTS[name][0], rows, epochs, str(len(runs)), *shares))} |"


def scores(shop: Workshop, runs: Sequence[Run], answers: Mapping[str, Answers]) -> Scores:
    """What runs of one variant reach."""
    found: dict[str, list[float]] = {name: [] for name in (*answers, RECALL)}
    for run in runs:
        place = shop.folder_of(run) / "evaluation"
        said = predictions_of(next(place.rglob("predictions_test.csv")))
        for name, known in answers.items():
            found[name].append(accuracy(said, known))
        found[RECALL].append(mean_recall(said, answers["as_is"]))
    return found


def in_words(shares: Sequence[float]) -> str:
    """Mean of some shares in percent, and how far they lie apart (standard deviation)."""
    told = f"{100 * mean(shares):.1f}"
    return f"{told} ± {100 * stdev(shares):.1f}" if len(shares) > 1 else told
