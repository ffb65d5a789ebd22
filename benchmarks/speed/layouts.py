"""``fercurate export`` against the usual ways to write the same form."""

import shutil
from collections.abc import Iterator
from statistics import median

from benchmarks.speed.bench import Bench, at_most, faster
from benchmarks.speed.building import recipe_text
from benchmarks.speed.child import Series, alternate, fercurate, module, run
from benchmarks.speed.result import Peer, Result

PEERS = {
    "imagefolder": ("pillow", "Pillow, one PNG after another", 5.0),
    "hf": ("datasets", "datasets: from_dict with Image, to_parquet", 3.0),
    "webdataset": ("webdataset", "webdataset.ShardWriter", 3.0),
}
"""By layout: the other way, its name, and how many times faster ours is to be."""

FLAT = 1.3
LARGER = 4


def layouts(bench: Bench) -> Iterator[Result]:
    """Time each form, and follow the memory of a set of four times the rows."""
    store, export = bench.path("lay.h5"), bench.path("lay")
    run(fercurate("ingest", bench.csv, "--store", store))
    run(fercurate("build", "--recipe", "fer2013_seven", "--store", store, "--output", export))
    peaks: dict[str, float] = {}
    for kind, (way, name, times) in PEERS.items():
        folder = bench.path("lay-out")
        ours, other = alternate(
            bench.repeat,
            module("ways.layouts", "fercurate", kind, export, folder),
            module("ways.layouts", way, export, folder),
            before=lambda: bench.fresh("lay-out"),
        )
        seconds, theirs = ours.said("seconds"), other.said("seconds")
        bar = faster(seconds, theirs, times)
        yield Result("layouts", f"{kind}, 35,887 rows", seconds, "s", Peer(name, theirs), bar)
        yield Result("layouts", f"{kind}, peak memory", ours.peak, "MB", Peer(name, other.peak))
        peaks[kind] = median(ours.peak)
        shutil.rmtree(folder)
    yield from _growth(bench, peaks)


def _growth(bench: Bench, peaks: dict[str, float]) -> Iterator[Result]:
    """The memory of the same layouts with four times the rows."""
    store, export, recipe = bench.path("lay4.h5"), bench.path("lay4"), bench.path("lay4.yaml")
    names = [f"fer2013_{copy}" for copy in range(LARGER)]
    for name in names:
        run(fercurate("ingest", bench.csv, "--store", store, "--name", name))
    text = recipe_text(names).split("balance:")[0]
    recipe.write_text(text + "seed: 0\n", encoding="utf-8")
    run(fercurate("build", "--recipe", recipe, "--store", store, "--output", export))
    for kind, peak in peaks.items():
        series = _once(bench, kind, export)
        growth = (series.peak[0] / peak,)
        bar = at_most(growth, FLAT, "x")
        yield Result("layouts", f"{kind}, memory at {LARGER}x rows : 1x", growth, "x", bar=bar)


def _once(bench: Bench, kind: str, export: object) -> Series:
    folder = bench.fresh("lay4-out")
    (series,) = alternate(1, module("ways.layouts", "fercurate", kind, export, folder))
    shutil.rmtree(folder)
    return series
