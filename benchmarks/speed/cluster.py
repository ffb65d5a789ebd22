"""A cluster of two worker processes against one: measuring, a build, single units."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

from benchmarks.speed.bench import Bench, at_most, faster
from benchmarks.speed.child import alternate, fercurate, module, run
from benchmarks.speed.result import Peer, Result

TIMES, UNIT_MS, FIRST = 1.8, 3.0, 6.0
COPIES = 4
SET = """\
      - kind: sequence
        steps:
          - {{kind: albumentations, transform: Affine, rotate: [-{0}, {0}], scale: [0.9, 1.1]}}
          - {{kind: albumentations, transform: ElasticTransform, alpha: 8, sigma: 4}}
          - {{kind: albumentations, transform: CLAHE, clip_limit: 2.0}}
"""
RECIPE = """\
version: 1
name: drawn
description: random copies of every sample by albumentations
sources: [fer2013]
labels: {scheme: seven}
splits: {kind: native, train: [Training]}
balance:
  - kind: offline
    copies:
""" + "".join(SET.format(10 + copy) for copy in range(COPIES))


def cluster(bench: Bench) -> Iterator[Result]:
    """Time two workers against one, start to end, and what a unit costs beside its work."""
    clean, store = bench.path("clean.h5"), bench.path("cluster.h5")
    run(fercurate("ingest", bench.csv, "--store", clean))
    recipe, output = bench.path("drawn.yaml"), bench.path("drawn")
    recipe.write_text(RECIPE, encoding="utf-8")
    measuring = ("filter", store, "--no-ease", "--no-progress")
    building = ("build", "--recipe", recipe, "--store", clean, "--output", output)
    for what, command, before in (
        ("filter of all pictures", measuring, lambda: _copied(clean, store)),
        (
            f"build with {COPIES} random copies of each",
            building,
            lambda: shutil.rmtree(output, True),
        ),
    ):
        yield from _compared(bench, what, command, before)
    (units,) = alternate(bench.repeat, module("ways.cluster", clean, bench.path("units")))
    bar = at_most(units.said("unit_ms"), UNIT_MS, "ms")
    yield Result("cluster", "a unit beside its work", units.said("unit_ms"), "ms", bar=bar)
    bar = at_most(units.said("first"), FIRST, "s")
    yield Result("cluster", "until the first unit", units.said("first"), "s", bar=bar)


def _compared(
    bench: Bench, what: str, command: tuple[str | Path, ...], before: Callable[[], object]
) -> Iterator[Result]:
    two, one, threads = alternate(
        bench.repeat,
        fercurate(*command, "--cluster", "local:2"),
        fercurate(*command, "--cluster", "local:1"),
        fercurate(*command, "--jobs", "2"),
        before=before,
    )
    bar = faster(two.wall, one.wall, TIMES)
    yield Result("cluster", what, two.wall, "s", Peer("one worker", one.wall), bar)
    yield Result("cluster", what, two.wall, "s", Peer("two threads", threads.wall))


def _copied(clean: Path, store: Path) -> None:
    store.unlink(missing_ok=True)
    shutil.rmtree(f"{store}.parts", ignore_errors=True)
    shutil.copy(clean, store)
    shutil.copytree(f"{clean}.parts", f"{store}.parts")
