"""Builds with labels from vote sets: each rule, what the lock says, and building again."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest

from fercurate.domain.votes import VOTE_COLUMNS
from fercurate.errors import ExportError, InputError
from fercurate.pipeline.building.build import BuildRequest, build
from fercurate.pipeline.bundle.assembling import build_bundle
from fercurate.pipeline.bundle.packing import BundleRequest
from fercurate.pipeline.bundle.packing import bundle as pack
from fercurate.pipeline.rebuild.rebuild import RebuildRequest, rebuild
from fercurate.pipeline.trace.request import TraceRequest
from fercurate.pipeline.trace.trace import trace
from fercurate.pipeline.verify.verify import EVERY_ROW, VerifyRequest, verify
from fercurate.pipeline.votes.add import AddVotesRequest, add_votes
from fercurate.recipe.loader import parse_recipe
from fercurate.store.store import Store

READERS = ("ana", "bob", "cyn")
WORDS = (
    "neutral",
    "happy",
    "surprise",
    "sad",
    "angry",
    "disgust",
    "fear",
    "contempt",
    "unsure",
    "NF",
)


@pytest.fixture
def voted(store: Path) -> Path:
    """A store with a set of counts on every second sample, and one of three readers on all."""
    with Store.open(store) as opened:
        ids, votes = opened.manifest.text("id"), opened.votes
    rng = np.random.default_rng(1)
    counts = [",".join(map(str, [ids[row], *votes[row]])) for row in range(0, len(ids), 2)]
    write(store, "crowd", ["id," + ",".join(VOTE_COLUMNS), *counts])
    drawn = [rng.choice(WORDS, len(READERS), p=row / row.sum()) for row in votes]
    write(store, "lab", [",".join(READERS), *(",".join(row) for row in drawn)])
    return store


def write(store: Path, name: str, lines: list[str], *, overwrite: bool = False) -> str:
    file = store.with_name(f"{name}.csv")
    file.write_text("\n".join(lines) + "\n")
    return add_votes(AddVotesRequest(store, file, name, overwrite=overwrite)).method


def request(store: Path, votes: str, scheme: str = "seven", name: str = "out") -> BuildRequest:
    text = (
        f"version: 1\nname: own\ndescription: own\nsources: [fer2013]\n"
        f"labels: {{scheme: {scheme}, votes: {{{votes}}}}}\n"
        "splits: {kind: native, train: [Training], val: [PublicTest], test: [PrivateTest]}\n"
        "normalize: [{kind: grayscale}, {kind: resize, size: 48}]\n"
    )
    recipe = parse_recipe(text, "own.yaml")
    return BuildRequest(recipe, store, store.with_name(name), framework="none")


def facts(folder: Path) -> tuple[dict[str, Any], dict[str, Any]]:
    return tuple(json.loads((folder / n).read_text()) for n in ("recipe.lock", "summary.json"))


@pytest.mark.parametrize("mode", ["majority", "probability", "dawid_skene"])
@pytest.mark.parametrize("name", ["crowd", "lab", "ferplus"])
def test_each_rule_gives_an_export(voted: Path, name: str, mode: str) -> None:
    asked = request(voted, f"set: {name}, mode: {mode}")
    build(asked)
    lock, summary = facts(asked.output)
    (method,) = lock["measured_by"]
    assert method.startswith(f"{'readers' if name == 'lab' else 'votes'}.{name}-")
    assert f"measured by {method}" in summary["notes"]
    with h5py.File(asked.output / "train.h5") as file:
        labels = file["labels"][:]
        if mode == "majority":
            assert "targets" not in file
            return
        targets = file["targets"][:]
    np.testing.assert_allclose(targets.sum(axis=1), 1, atol=1e-5)
    assert (targets[np.arange(len(labels)), labels] == targets.max(axis=1)).all()
    assert ((targets > 0).sum(axis=1) > 1).any()


def test_val_and_test_are_the_corpus_s_own(voted: Path) -> None:
    asked = request(voted, "set: lab, mode: majority")
    build(asked)
    with Store.open(voted) as opened:
        own = dict(zip(opened.manifest.text("id"), opened.manifest.text("expression"), strict=True))
    classes = asked.recipe.recipe.scheme.classes
    for split in ("val", "test"):
        with h5py.File(asked.output / f"{split}.h5") as file:
            ids, labels = file["sample_id"].asstr()[:], file["labels"][:]
        assert [classes[label] for label in labels] == [own[name] for name in ids]


def test_the_papers_name_the_file_of_the_votes(voted: Path) -> None:
    asked = request(voted, "set: crowd, mode: majority, without_votes: drop")
    build(asked)
    lock, summary = facts(asked.output)
    assert "crowd.csv" in {one["name"] for one in lock["inputs"]}
    assert "lab.csv" not in {one["name"] for one in lock["inputs"]}
    assert "fercurate votes add store.h5 crowd.csv --name crowd" in summary["commands"]
    assert set(summary["sources"]) == {"fer2013", "ferplus"}
    assert sum(summary["dropped"]["no votes"].values()) == 70


def test_it_is_built_again_from_the_same_votes_and_from_no_others(voted: Path) -> None:
    asked = request(voted, "set: lab, mode: dawid_skene, evaluation: same", "eight")
    build(asked)
    assert rebuild(RebuildRequest(asked.output, voted, voted.with_name("again"))).same
    lines = (voted.with_name("lab.csv")).read_text().splitlines()
    other = write(voted, "lab", [lines[0], "sad,sad,sad", *lines[2:]], overwrite=True)
    with pytest.raises(ExportError, match=f"measured by {other} here, by readers.lab-"):
        rebuild(RebuildRequest(asked.output, voted, voted.with_name("more")))
    write(voted, "lab", lines, overwrite=True)
    assert rebuild(RebuildRequest(asked.output, voted, voted.with_name("more"))).same


def test_others_make_the_same_from_a_bundle_without_the_votes(
    voted: Path, shared_store: Path
) -> None:
    asked = request(voted, "set: lab, mode: probability")
    build(asked)
    bundle = voted.with_name("shared.zip")
    pack(BundleRequest(asked.output, bundle, voted))
    theirs = replace(asked, store=shared_store, output=voted.with_name("theirs"))
    build_bundle(bundle, theirs)
    for split in ("train", "val", "test"):
        with (
            h5py.File(asked.output / f"{split}.h5") as mine,
            h5py.File(theirs.output / f"{split}.h5") as made,
        ):
            for name in ("images", "labels", "targets"):
                np.testing.assert_array_equal(mine[name][:], made[name][:])


def test_a_verified_store_and_export_are_as_they_were(voted: Path) -> None:
    asked = request(voted, "set: lab, mode: dawid_skene")
    build(asked)
    assert verify(VerifyRequest(voted)).passed
    assert verify(VerifyRequest(asked.output, replay=EVERY_ROW, store=voted)).passed


def test_a_store_without_the_set_is_told(voted: Path, store: Path) -> None:
    with pytest.raises(InputError, match=r"no votes by the name 'lap' \(did you mean 'lab'\?"):
        build(request(voted, "set: lap, mode: majority"))
    assert not store.with_name("out").exists()


def test_votes_on_other_sources_only_are_no_votes(voted: Path, fer_folder: Path) -> None:
    from fercurate.pipeline.ingest.ingest import ingest
    from fercurate.pipeline.ingest.request import IngestRequest

    ingest(IngestRequest((fer_folder / "fer2013.csv",), voted, name="mine"))
    asked = request(voted, "set: lab, mode: majority")
    recipe = parse_recipe(asked.recipe.text.replace("[fer2013]", "[mine]"), "own.yaml")
    with pytest.raises(InputError, match=r"labels.votes.set: lab: nobody has voted on a sample of"):
        build(BuildRequest(recipe, voted, asked.output, framework="none"))


def test_a_trace_says_whose_votes_gave_the_class(voted: Path) -> None:
    asked = request(voted, "set: lab, mode: majority")
    build(asked)
    with h5py.File(asked.output / "train.h5") as train, h5py.File(asked.output / "val.h5") as val:
        first, second = (file["sample_id"].asstr()[0] for file in (train, val))
    told = trace(TraceRequest(first, voted, asked.output)).decision["class_by"]
    assert told == "votes of the set lab by the rule majority, or its own label where it has none"
    assert trace(TraceRequest(second, voted, asked.output)).decision["class_by"] == "its expression"
