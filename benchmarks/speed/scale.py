"""The benchmark of scale: time and memory of every verb at 100,000 and 1,000,000 samples."""

import shutil
from collections.abc import Iterator
from pathlib import Path

from benchmarks.speed.bench import Bench, at_most
from benchmarks.speed.child import Run, fercurate, module, run
from benchmarks.speed.result import Bar, Result

SIZES = (100_000, 1_000_000)
LINEAR, FLAT, BYTES = 1.2, 1.2, 40
"""Time a row may grow so far; memory so far, and by so many bytes a sample."""

_RECIPE = """\
version: 1
name: {name}
description: samples of the benchmark of scale
sources: [scale]
labels: {{scheme: seven}}
splits: {{kind: native, train: [Training], test: [PublicTest, PrivateTest]}}
normalize:
  - {{kind: grayscale}}
  - {{kind: resize, size: 48}}
balance:
{balance}
allow_large: true
seed: 0
"""
_COPIES = """\
  - kind: offline
    copies: [{kind: rotate, degrees: 90}, {kind: rotate, degrees: -90}, {kind: zoom, factor: 1.7}]
    splits: [train, test]
    allow_derived_in_evaluation: true"""
_SMOTE = "  - {kind: smote, strategy: {disgust: %d}, pca: 64}"


def scale(bench: Bench) -> Iterator[Result]:
    """Run every verb at both sizes; each once."""
    found: dict[str, list[Run]] = {}
    for size in SIZES:
        folder = bench.fresh("scale")
        run(module("ways.corpus", size, folder / "corpus.npz"))
        for what, command in _commands(folder, size):
            found.setdefault(what, []).append(run(command))
            shutil.rmtree(folder / "out", ignore_errors=True)
        shutil.rmtree(folder)
    for what, runs in found.items():
        yield from _growth(what, *runs)


def _commands(folder: Path, size: int) -> Iterator[tuple[str, list[str]]]:
    store, corpus = folder / "store.h5", folder / "corpus.npz"
    ingest = ("ingest", corpus, "--label-map", "fer2013", "--name", "scale", "--store", store)
    yield "ingest", fercurate(*ingest)
    yield "ingest the same again", fercurate(*ingest)
    yield "stats", fercurate("stats", store)
    yield (
        "filter: light, copies",
        fercurate("filter", store, "--criteria", "constant,too_dark,low_contrast,duplicate"),
    )
    yield "audit", fercurate("audit", store, "--max-leak", "1")
    for name, balance in (("copies", _COPIES), ("smote", _SMOTE % (size // 20))):
        recipe = folder / f"{name}.yaml"
        recipe.write_text(_RECIPE.format(name=name, balance=balance), encoding="utf-8")
        command = ("--recipe", recipe, "--store", store, "--output", folder / "out")
        yield f"build: {name}", fercurate("build", *command)


def _growth(what: str, small: Run, large: Run) -> Iterator[Result]:
    """Time and memory of both sizes, and whether they grew as far as they may."""
    for size, one in zip(SIZES, (small, large), strict=True):
        yield Result("scale", f"{what}, {size:,} samples", (one.wall,), "s")
        yield Result("scale", f"{what}, {size:,} samples: peak memory", (one.peak / 1e6,), "MB")
    growth = ((large.wall / SIZES[1]) / (small.wall / SIZES[0]),)
    yield Result("scale", f"{what}: time per sample", growth, "x", bar=at_most(growth, LINEAR, "x"))
    limit = FLAT * small.peak + BYTES * SIZES[1]
    bar = Bar(f"at most {limit / 1e6:,.0f} MB", large.peak <= limit)
    added = ((large.peak - small.peak) / (SIZES[1] - SIZES[0]),)
    yield Result("scale", f"{what}: memory per added sample", added, "B", bar=bar)
