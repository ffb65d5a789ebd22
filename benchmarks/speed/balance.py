"""The benchmarks of balancing and augmenting: SMOTE, copies, random copies, all of Training."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from benchmarks.speed.bench import Bench, faster, quicker
from benchmarks.speed.building import COPIES, RECIPE, csv_rows
from benchmarks.speed.child import alternate, fercurate, module, run
from benchmarks.speed.result import Bar, Peer, Result

COMPONENTS = 64
FASTER, SMALLER, NO_SLOWER = 10.0, 2.0, 1.0
AUGMENTOR_FILES = 2_000
"""Originals of which Augmentor's own pipelines save copies."""

NAMES = {
    "affine": "Affine + HorizontalFlip + RandomBrightnessContrast",
    "elastic": "ElasticTransform",
}
IMBLEARN = "imbalanced-learn SMOTE, float32"
LOOP = "albumentations loop"


class _Training(NamedTuple):
    """Files of the Training pictures and their classes; how many, and lacking to equal ones."""

    store: Path
    images: Path
    labels: Path
    total: int
    missing: int


def smote(bench: Bench) -> Iterator[Result]:
    """Time SMOTE to equal classes against plain imbalanced-learn, and follow the memory."""
    given, ours, theirs = _training(bench), bench.path("ours.raw"), bench.path("theirs.raw")
    files = (given.images, given.labels)
    near, peer, reduced = alternate(
        bench.repeat,
        module("ways.balance", "smote", *files, ours, 0),
        module("peers.balance", "smote", *files, theirs),
        module("ways.balance", "smote", *files, bench.path("reduced.raw"), COMPONENTS),
    )
    what = f"raise {given.total:,} pictures to equal classes"
    seconds = peer.said("seconds")
    bar = faster(near.said("seconds"), seconds, NO_SLOWER)
    yield Result("smote", what, near.said("seconds"), "s", Peer(IMBLEARN, seconds), bar)
    bar = faster(near.peak, peer.peak, SMALLER)
    yield Result("smote", "peak memory", near.peak, "MB", Peer(IMBLEARN, peer.peak), bar)
    what = f"neighbors by {COMPONENTS} principal components"
    found = Peer(IMBLEARN, seconds)
    yield Result("smote", what, reduced.said("seconds"), "s", found)
    found = Peer(IMBLEARN, peer.peak)
    yield Result("smote", f"peak memory, {COMPONENTS} components", reduced.peak, "MB", found)
    alike = run(module("ways.balance", "equal", ours, theirs)).said
    bar = Bar(f"all {given.missing:,}", alike["equal"] == alike["pictures"] == given.missing)
    yield Result("smote", "equal to the peer's, rounded", (alike["equal"],), "pictures", bar=bar)


def augment(bench: Bench) -> Iterator[Result]:
    """Rate offline copies against albumentations picture by picture, and against Augmentor."""
    given = _training(bench)
    ours, usual, flips = alternate(
        bench.repeat,
        module("ways.balance", "exact", given.images),
        module("peers.balance", "exact", given.images, "usual"),
        module("peers.balance", "exact", given.images, "flips"),
    )
    what, rates = f"{given.total:,} to 4x: +90, -90, zoom 1.7", ours.said("rate")
    yield from _against_augmentor(bench, given, what, rates)
    bar = quicker(rates, usual.said("rate"), FASTER)
    peer = Peer(f"{LOOP}, Rotate and Affine", usual.said("rate"))
    yield Result("augment", what, rates, "images/s", peer, bar)
    peer = Peer(f"{LOOP}, Transpose with a flip and Affine", flips.said("rate"))
    yield Result("augment", what, rates, "images/s", peer)
    for name in NAMES:
        yield from _by_name(bench, given, name)


def _training(bench: Bench) -> _Training:
    """Take the Training pictures out of the CSV; a second time changes nothing."""
    store, images, labels = (bench.path(f"training.{end}") for end in ("h5", "npy", "labels.npy"))
    run(fercurate("ingest", bench.csv, "--store", store))
    said = run(module("ways.balance", "prepare", store, images, labels)).said
    return _Training(store, images, labels, int(said["images"]), int(said["missing"]))


def _by_name(bench: Bench, given: _Training, name: str) -> Iterator[Result]:
    every, one, loop = alternate(
        bench.repeat,
        module("ways.balance", "drawn", given.images, name, 0),
        module("ways.balance", "drawn", given.images, name, 1),
        module("peers.balance", "drawn", given.images, name),
    )
    peer = Peer(LOOP, loop.said("rate"))
    bar = quicker(every.said("rate"), loop.said("rate"), NO_SLOWER)
    what = f"{given.total:,} copies: {NAMES[name]}"
    yield Result("augment", f"{what}, a thread a core", every.said("rate"), "images/s", peer, bar)
    yield Result("augment", f"{what}, 1 thread", one.said("rate"), "images/s", peer)


def _against_augmentor(
    bench: Bench, given: _Training, what: str, rates: tuple[float, ...]
) -> Iterator[Result]:
    """Rate Augmentor's operations in memory; its files against the whole of a build."""
    if bench.augmentor is None:
        return
    folder = bench.fresh("augmentor")
    command = (
        bench.augmentor,
        "-m",
        "benchmarks.speed.peers.augmentor",
        given.images,
        folder,
    )
    said = run([*map(str, command), str(AUGMENTOR_FILES)]).said
    shutil.rmtree(folder)
    peer = Peer("Augmentor's operations in memory", (said["memory"],))
    yield Result("augment", what, rates, "images/s", peer, quicker(rates, peer.runs, FASTER))
    built = _build_rates(bench, given)
    some = f"{said['originals']:,.0f} originals"
    peer = Peer(f"Augmentor's pipelines, PNG files ({some})", (said["files"],))
    bar = quicker(built, peer.runs, FASTER)
    yield Result("augment", "the same by fercurate build", built, "images/s", peer, bar)


def _build_rates(bench: Bench, given: _Training) -> tuple[float, ...]:
    """Rows a second of a build with the same changes, from start to end of the command."""
    output, written = bench.path("copies"), COPIES * csv_rows(bench.csv)
    command = fercurate("build", "--recipe", RECIPE, "--store", given.store, "--output", output)
    (series,) = alternate(
        bench.repeat, command, before=lambda: shutil.rmtree(output, ignore_errors=True)
    )
    shutil.rmtree(output)
    return tuple(written / wall for wall in series.wall)
