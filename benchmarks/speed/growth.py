"""The benchmark of size: time and memory of builds of up to a million rows."""

import shutil
from collections.abc import Iterator, Sequence
from statistics import median

from benchmarks.speed.bench import Bench, at_most
from benchmarks.speed.building import COPIES, csv_rows, recipe_text, write_part
from benchmarks.speed.child import Series, alternate, fercurate, run
from benchmarks.speed.result import Result

ORIGINALS = 25_000
"""Rows of the CSV, of which every build writes four rows each."""

TIMES = (1, 3, 10)
"""Store sizes, in copies of that CSV."""

LINEAR, FLAT = 1.3, 1.2


def rows(bench: Bench) -> Iterator[Result]:
    """Follow time and memory of builds with three copies of each original, by rows written."""
    part, each = bench.path("part.csv"), min(ORIGINALS, csv_rows(bench.csv))
    write_part(bench.csv, part, each)
    sizes = [COPIES * each * times for times in TIMES]
    found: list[Series] = []
    for before, times, size in zip((0, *TIMES), TIMES, sizes, strict=False):
        found.append(_built(bench, before, times))
        yield Result("rows", f"build {size:,} rows", found[-1].wall, "s")
        yield Result("rows", f"peak memory, {size:,} rows", found[-1].peak, "MB")
    yield from _growth(sizes, [median(s.wall) for s in found], [median(s.peak) for s in found])


def _built(bench: Bench, before: int, times: int) -> Series:
    """Grow the store from so many copies of the CSV to more, and build from them all."""
    names = [f"fer2013_{copy}" for copy in range(times)]
    store, output, recipe = (bench.path(f"rows{end}") for end in (".h5", "", ".yaml"))
    for name in names[before:]:
        run(fercurate("ingest", bench.path("part.csv"), "--store", store, "--name", name))
    recipe.write_text(recipe_text(names), encoding="utf-8")
    command = fercurate("build", "--recipe", recipe, "--store", store, "--output", output)
    (series,) = alternate(
        bench.repeat, command, before=lambda: shutil.rmtree(output, ignore_errors=True)
    )
    shutil.rmtree(output)
    return series


def _growth(
    sizes: Sequence[int], seconds: Sequence[float], peaks: Sequence[float]
) -> Iterator[Result]:
    ends = f"{sizes[-1]:,} : {sizes[0]:,}"
    growth = ((seconds[-1] / sizes[-1]) / (seconds[0] / sizes[0]),)
    bar = at_most(growth, LINEAR, "x")
    yield Result("rows", f"time per row, {ends}", growth, "x", bar=bar)
    early, late = (
        (seconds[i + 1] - seconds[i]) / (sizes[i + 1] - sizes[i]) for i in (0, len(sizes) - 2)
    )
    what = f"time per added row, above : below {sizes[1]:,}"
    yield Result("rows", what, (late / early,), "x")
    growth = (peaks[-1] / peaks[0],)
    bar = at_most(growth, FLAT, "x")
    yield Result("rows", f"memory, {ends}", growth, "x", bar=bar)
    added = ((peaks[-1] - peaks[0]) * 1e6 / (sizes[-1] - sizes[0]),)
    yield Result("rows", "memory per added row", added, "B/row")
