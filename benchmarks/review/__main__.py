"""``python -m benchmarks.review STORE --face-model yunet.onnx --work DIR``.

Prints how much of all faults a simulated reviewer finds after so many pictures, and how often
the estimate of what is left holds the truth. ``STORE`` holds ``fer2013.csv`` and
``fer2013new.csv``, and has been filtered. Finished networks are kept in DIR: run again to go on
after an interruption.
"""

import argparse
import time
from pathlib import Path

import numpy as np

from benchmarks.review.labels import label_queue
from benchmarks.review.material import UnseenPictures, unseen_pictures
from benchmarks.review.reviewer import SimulatedQueue, SimulatedReview, fault_priority
from benchmarks.screener.school import open_school, school_options
from fercurate.screening.learned.fault_head import HeadInputs
from fercurate.screening.screener import FAULTS

BUDGETS = {"not_human": 0.10, "occluded": 0.12, "watermark": 0.15}
"""The share of pictures looked at, for which the share of faults found is told."""

WRONG = (0.0, 0.05)
LABELS_BUDGET = 0.15
_CURVE = (0.02, 0.05, 0.10, 0.15, 0.20)
_FAR = 0.35
_ORDERS = 5
"""Runs for means of an order: it depends little on the random controls."""


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.review", description=__doc__)
    parser.add_argument("store", type=Path, help="a filtered store of FER-2013 with FER+")
    school_options(parser)
    parser.add_argument("--runs", type=int, default=200, help="simulated runs of each estimate")
    options = parser.parse_args()
    pictures = unseen_pictures(open_school(options), options.store)
    for fault, budget in BUDGETS.items():
        queue = fault_simulation(pictures, fault)
        print_orders(fault, queue, budget)
        for wrong in WRONG:
            print_estimates(queue, wrong, options.runs)
    queue = label_queue(options.store)
    most = LABELS_BUDGET * len(queue) / queue.truth.sum()
    print(f"\nlabels: {most:.1%} of the wrong ones is all that {LABELS_BUDGET:.0%} can hold")
    print_orders("labels", queue, LABELS_BUDGET)


def fault_simulation(pictures: UnseenPictures, fault: str) -> SimulatedQueue:
    """The queue of a fault, of the pictures on which readers agree."""
    column = FAULTS.index(fault)
    known = np.isfinite(pictures.labels[:, column])
    logits = pictures.logits[known]
    chances = 1 / (1 + np.exp(-logits[:, column].astype(np.float64)))
    inputs = HeadInputs.of(logits, column, pictures.features[known], pictures.scores[known])
    truth = pictures.labels[known, column] == 1
    return SimulatedQueue(truth, chances, fault_priority(chances), inputs)


def print_orders(title: str, queue: SimulatedQueue, budget: float) -> None:
    """A table: of all faults so many are found after so many pictures, by four orders."""
    count = len(queue)
    print(f"\n{title}: {int(queue.truth.sum()):,} of {count:,}")
    print(f"{'order':<34}{'90 % found after':>17}" + "".join(f"{x:>8.0%}" for x in _CURVE)
          + f"{f'at {budget:.0%}':>9}")  # fmt: skip
    plain = SimulatedQueue(queue.truth, queue.chances, queue.chances, queue.inputs)
    drawn = np.random.default_rng(0).random(count)
    by_chance = SimulatedQueue(queue.truth, queue.chances, drawn, queue.inputs)
    for name, start, settings in (
        ("by chance", by_chance, {"learns": False}),
        ("static scores", plain, {"learns": False, "controls": False}),
        ("static scores, 1 of 20 at random", plain, {"learns": False}),
        ("learning", queue, {}),
        ("learning, 5 % wrong answers", queue, {"wrong": 0.05}),
    ):
        looks = count if name == "by chance" else int(_FAR * count)
        runs = [SimulatedReview(start, seed, **settings).run(looks) for seed in range(_ORDERS)]
        cost = np.mean([run.looks_for(0.9) for run in runs])
        found = [np.mean([run.found_after(int(x * count)) for run in runs])
                 for x in (*_CURVE, budget)]  # fmt: skip
        shown = f"{cost:.1%}" if cost < 1 else f"over {_FAR:.0%}"
        print(f"{name:<34}{shown:>17}" + "".join(f"{x:>8.1%}" for x in found))


def print_estimates(queue: SimulatedQueue, wrong: float, runs: int) -> None:
    """How often the interval of what is left holds the truth, after some shares of the pictures."""
    count, began = len(queue), time.monotonic()
    places = tuple(int(share * count) for share in (0.03, 0.05, 0.10, 0.15))
    made = [SimulatedReview(queue, seed, wrong).run(places[-1], places) for seed in range(runs)]
    print(f"estimates, {wrong:.0%} wrong answers, {runs} runs, {time.monotonic() - began:.0f} s")
    for place in places:
        told = [run.estimates[place] for run in made if place in run.estimates]
        if not told:
            continue
        held = np.mean([left.low <= truth <= left.high for left, truth in told])
        value, low, high = (
            np.median([getattr(left, name) for left, _ in told])
            for name in ("value", "low", "high")
        )
        truth = np.median([truth for _, truth in told])
        print(
            f"  after {place / count:>4.0%}: holds the truth in {held:>4.0%}; median {value:,.0f} "
            f"({low:,.0f} to {high:,.0f}), true {truth:,.0f}"
        )


if __name__ == "__main__":
    main()
