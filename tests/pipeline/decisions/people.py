"""What three people decided on a store's samples, and builds by recipes that ask them."""

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from fercurate.domain.decisions.decision import Decision
from fercurate.domain.decisions.history import DecisionHistory
from fercurate.export.reader import read_export
from fercurate.pipeline.building.build import BuildRequest, build
from fercurate.recipe.loader import LoadedRecipe, parse_recipe
from fercurate.store.decision_file import store_decisions
from fercurate.store.store import Store
from tests.domain.decisions.made import told

AUTHORS = ("anna", "Bén", "carl")
NATIVE = {"train": ["Training"], "val": ["PublicTest"], "test": ["PrivateTest"]}
LABELS = ("happy", "sad", "fear", "unsure", "")
SIZE = 24

Bytes = dict[str, bytes]


def stored(store: Path, column: str = "digest") -> dict[str, str]:
    """A column of a store's samples by id."""
    with Store.open(store) as opened:
        manifest = opened.manifest
        return dict(zip(manifest.text("id"), manifest.text(column), strict=True))


def on(digests: dict[str, str], sample: str, answer: str, **others: Any) -> Decision:
    """A decision on a stored sample, by anna unless another ``author`` is told."""
    return told(sample, answer, digest=digests[sample], **others)


def answers_of(author: str, digests: dict[str, str], seed: int) -> list[Decision]:
    """What one of them says: labels, faults and whom to keep, some of it undone and said anew.

    Every tenth sample is no face to all of them.
    """
    rng = np.random.default_rng(seed)
    names, moment, said = sorted(digests), seed * 1000, []
    for question, words, share in (
        ("label", LABELS, 0.4),
        ("occluded", ("yes", "no", "unsure"), 0.2),
        ("keep", ("yes", "no"), 0.1),
        ("label", LABELS, 0.1),
    ):
        for name in rng.choice(names, int(share * len(names)), replace=False).tolist():
            moment += 1
            word = str(rng.choice(words))
            said.append(on(digests, name, word, author=author, question=question, moment=moment))
    return said + [
        on(digests, name, "not_face", author=author, moment=moment + place)
        for place, name in enumerate(names[::10], start=1)
    ]


def three_people(store: Path) -> dict[str, list[Decision]]:
    """Decisions of three people by name."""
    digests = stored(store)
    return {name: answers_of(name, digests, seed) for seed, name in enumerate(AUTHORS, start=1)}


def written(path: Path, decisions: Iterable[Decision]) -> Path:
    """A file of decisions, in their order."""
    path.write_text(DecisionHistory(tuple(decisions)).text, encoding="utf-8")
    return path


def own_file(store: Path, decisions: Iterable[Decision]) -> Path:
    """Write the file that is a store's own."""
    return written(store_decisions(store), decisions)


def recipe(decisions: dict[str, Any] | None, **sections: Any) -> LoadedRecipe:
    """A recipe that asks for decisions, unless they are None."""
    base: dict[str, Any] = {
        "version": 1,
        "name": "own",
        "description": "own",
        "sources": ["fer2013"],
        "labels": {"scheme": "seven"},
        "splits": {"kind": "native", **NATIVE},
        "normalize": [{"kind": "grayscale"}, {"kind": "resize", "size": SIZE}],
    }
    asked = {} if decisions is None else {"decisions": decisions}
    return parse_recipe(json.dumps(base | asked | sections), "own.yaml")


def built(
    store: Path,
    output: Path,
    loaded: LoadedRecipe,
    files: Sequence[Path] = (),
    **options: Any,
) -> Path:
    """Build an export without scripts."""
    options = {"framework": "none"} | options
    build(BuildRequest(loaded, store, output, decisions=tuple(files), **options))
    return output


def contents(folder: Path) -> Bytes:
    """The bytes of every file of an export, by path in it."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def data(folder: Path) -> Bytes:
    """The bytes of the data files."""
    return {name: content for name, content in contents(folder).items() if name.endswith(".h5")}


def labels_in(folder: Path, split: str) -> dict[str, str]:
    """The class of each sample of a split of an export."""
    (rows,) = (one for one in read_export(folder) if one.split == split)
    return {
        str(name): rows.classes[label]
        for name, label in zip(rows.text["sample_id"], rows.labels, strict=True)
    }


def summary(folder: Path) -> dict[str, Any]:
    """The summary of an export."""
    return json.loads((folder / "summary.json").read_text())


def last_answers(path: Path) -> dict[tuple[str, str, str], str]:
    """Of a file, read as plain JSON, the last answers by sample, question and author."""
    lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    latest: dict[tuple[str, str, str], str] = {}
    for line in sorted(lines, key=lambda one: one["at"]):
        latest[line["id"], line["question"], line["by"]] = line["answer"]
    return {key: answer for key, answer in latest.items() if answer}


def answered(last: dict[tuple[str, str, str], str], question: str) -> dict[str, Counter[str]]:
    """How many gave which answer to a question, by sample; the unsure left out."""
    counts: dict[str, Counter[str]] = {}
    for (sample, asked, _), answer in last.items():
        if asked == question and answer != "unsure":
            counts.setdefault(sample, Counter())[answer] += 1
    return counts
