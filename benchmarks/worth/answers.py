"""Where networks are compared: rows of PrivateTest by id, each with its answer."""

import csv
from pathlib import Path

import h5py

Answers = dict[str, str]
"""The class of each row, by the id of its sample."""


def answers_of(export: Path) -> Answers:
    """The test rows of an export, with their classes."""
    with h5py.File(export / "test.h5") as file:
        classes = [str(name) for name in file.attrs["class_names"]]
        ids, labels = file["sample_id"].asstr()[:], file["labels"][:]
    return {str(row): classes[label] for row, label in zip(ids, labels, strict=True)}


def predictions_of(table: Path) -> Answers:
    """The classes that a network says, of a table of ``evaluate.py``."""
    with table.open(newline="", encoding="utf-8") as lines:
        return {row["sample_id"]: row["predicted"] for row in csv.DictReader(lines)}


def accuracy(said: Answers, answers: Answers) -> float:
    """The share of rows of which the network says the answer.

    Raises:
        KeyError: it was not asked for one.
    """
    return sum(said[row] == answer for row, answer in answers.items()) / len(answers)


def mean_recall(said: Answers, answers: Answers) -> float:
    """The mean over classes of the share of their rows that are recognized."""
    shares = []
    for name in sorted(set(answers.values())):
        rows = [row for row, answer in answers.items() if answer == name]
        shares.append(sum(said[row] == name for row in rows) / len(rows))
    return sum(shares) / len(shares)
