"""Plans of a few samples on which people have decided; see ``made.told`` for what they said."""

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from fercurate.domain.decisions.decision import Decision
from fercurate.domain.decisions.history import DecisionHistory
from fercurate.domain.manifest import NUMBER_COLUMNS, TEXT_COLUMNS, Manifest
from fercurate.domain.plan import BuildPlan
from fercurate.domain.votes import VOTE_COLUMNS
from fercurate.planning.decisions import DecidedSamples
from fercurate.planning.evidence import Evidence
from fercurate.planning.plan import plan_build
from fercurate.recipe.loader import parse_recipe
from fercurate.recipe.model import Recipe
from tests.domain.decisions.made import pixels

HEAD = "version: 1\nname: own\ndescription: own\nsources: [toy]\n"
SEVEN = "labels: {scheme: seven}\n"
NATIVE = "splits: {kind: native, train: [Training], val: [PublicTest], test: [PrivateTest]}\n"
DRAWN = "splits: {kind: grouped_stratified, train: 0.6, val: 0.2, test: 0.2}\n"
USAGES = {"T": "Training", "V": "PublicTest", "P": "PrivateTest"}

Row = tuple[str, str]
"""The first letter of train, val or test as FER-2013 calls them, and the label."""

SIX: list[Row] = [
    ("T", "happy"), ("T", "sad"), ("T", "neutral"), ("T", "angry"), ("V", "sad"), ("P", "happy"),
]  # fmt: skip


def manifest(rows: Sequence[Row], **columns: Sequence[str]) -> Manifest:
    """Samples ``toy:0`` and so on, each with pixels of its own unless ``columns`` say otherwise."""
    names = [f"toy:{number}" for number in range(len(rows))]
    told = {
        "id": names,
        "source": ["toy"] * len(rows),
        "native_split": [USAGES[usage] for usage, _ in rows],
        "expression": [label for _, label in rows],
        "digest": [pixels(name) for name in names],
        **columns,
    }
    texts = {
        name: np.array(told.get(name, [""] * len(rows)), dtype=object) for name in TEXT_COLUMNS
    }
    numbers = {name: np.full(len(rows), -1, kind) for name, kind in NUMBER_COLUMNS.items()}
    return Manifest.from_columns({**texts, **numbers})


def recipe(text: str) -> Recipe:
    """A recipe with these sections; seven classes and native splits unless it says otherwise."""
    whole = HEAD + text
    whole += "" if "labels: {scheme" in text or "labels:\n" in text else SEVEN
    whole += "" if "splits: {kind" in text else NATIVE
    return parse_recipe(whole, "own").recipe


def decided(table: Manifest, people: Iterable[Decision], wanted: Recipe) -> DecidedSamples | None:
    """What follows from decisions by the rules of a recipe."""
    if wanted.decisions is None:
        return None
    return DecidedSamples.of(DecisionHistory(tuple(people)), wanted.decisions, table)


def plan(
    rows: Sequence[Row] | Manifest,
    people: Iterable[Decision],
    text: str = "decisions: {}\n",
    votes: np.ndarray | None = None,
    **evidence: Any,
) -> BuildPlan:
    """The plan of a recipe with these sections."""
    table = rows if isinstance(rows, Manifest) else manifest(rows)
    if votes is None:
        votes = np.zeros((len(table), len(VOTE_COLUMNS)), dtype=np.uint8)
    wanted = recipe(text)
    told = decided(table, people, wanted)
    return plan_build(
        Evidence(table, votes, table.text("digest"), decided=told, **evidence), wanted
    )


def rows_of(made: BuildPlan) -> dict[str, list[int]]:
    """The rows of each split."""
    return {one.split: one.rows.tolist() for one in made.main_plans}


def labels_of(made: BuildPlan, text: str = "decisions: {}\n") -> dict[int, str]:
    """The class of each row that stands in a split."""
    classes = recipe(text).scheme.classes
    return {row: classes[made.labels[row]] for rows in rows_of(made).values() for row in rows}
