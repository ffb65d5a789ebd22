"""The benchmarks themselves: what is run, against which peer, and what was to be reached."""

import shutil
from collections.abc import Callable, Iterator
from statistics import median

from benchmarks.speed.balance import augment, smote
from benchmarks.speed.bench import Bench, at_most, faster
from benchmarks.speed.building import RECIPE, csv_rows, recipe_text
from benchmarks.speed.child import Series, alternate, fercurate, module, run
from benchmarks.speed.cluster import cluster
from benchmarks.speed.decode import decode
from benchmarks.speed.duplicates import duplicates
from benchmarks.speed.growth import rows
from benchmarks.speed.layouts import layouts
from benchmarks.speed.loading import loading
from benchmarks.speed.result import Peer, Result
from benchmarks.speed.scale import scale
from benchmarks.speed.screening import screening

SIZES = (1, 2, 4)
"""Store sizes, in copies of the corpus."""

FASTER, INGEST_PEAK, BUILD_PEAK, FLAT = 10.0, 500.0, 600.0, 1.2


def ingest(bench: Bench) -> Iterator[Result]:
    """Time reading fer2013.csv into a store against the csv module, lists and h5py."""
    folder = bench.path("ingest")
    ours, lists = alternate(
        bench.repeat,
        fercurate("ingest", bench.csv, "--store", folder / "store.h5"),
        module("peers.usual", "csv_lists", bench.csv, folder / "lists.h5"),
        before=lambda: bench.fresh("ingest"),
    )
    shutil.rmtree(folder)
    name = "csv module, lists, h5py"
    yield _timed("ingest", ours.wall, Peer(name, lists.wall))
    bar = at_most(ours.peak, INGEST_PEAK, "MB")
    yield Result("ingest", "peak memory", ours.peak, "MB", Peer(name, lists.peak), bar)


def build(bench: Bench) -> Iterator[Result]:
    """Time a build against a Pillow loop, and follow its memory over stores of growing size."""
    peaks: list[float] = []
    for size in SIZES:
        ours = _grown_build(bench, size)
        if size == 1:
            yield _against_loop(bench, ours)
        peaks.append(median(ours.peak))
        bar = at_most(ours.peak, BUILD_PEAK, "MB")
        yield Result("build", f"peak memory, {size}x rows", ours.peak, "MB", bar=bar)
    growth = (peaks[-1] / peaks[0],)
    bar = at_most(growth, FLAT, "x")
    yield Result("build", f"memory at {SIZES[-1]}x rows : 1x", growth, "x", bar=bar)


def read(bench: Bench) -> Iterator[Result]:
    """Rate reading an export against a PNG folder and a compressed copy of it."""
    store, output = bench.path("read.h5"), bench.path("read")
    run(fercurate("ingest", bench.csv, "--store", store))
    run(fercurate("build", "--recipe", RECIPE, "--store", store, "--output", output))
    export, packed, folder = output / "train.h5", bench.path("gzip.h5"), bench.fresh("files")
    sizes = run(module("ways.readers", "prepare", export, packed, folder)).said
    ours, files, chunks = alternate(
        bench.repeat,
        module("ways.readers", "hdf5", export),
        module("ways.readers", "png", folder),
        module("ways.readers", "hdf5", packed),
    )
    peers = (("PNG files, Pillow", files, "png"), ("HDF5 gzip-4, 64-row chunks", chunks, "gzip"))
    for order in ("sequential", "random"):
        for name, peer, _ in peers:
            found = Peer(name, peer.said(order))
            yield Result("read", f"{order} rows", ours.said(order), "images/s", found)
    for name, _, key in peers:
        found = Peer(name, (sizes[key],))
        yield Result("read", "size on disk", (sizes["plain"],), "B/image", found)


ALL: dict[str, Callable[[Bench], Iterator[Result]]] = {
    "ingest": ingest,
    "build": build,
    "read": read,
    "duplicates": duplicates,
    "decode": decode,
    "screening": screening,
    "smote": smote,
    "augment": augment,
    "rows": rows,
    "loading": loading,
    "layouts": layouts,
    "scale": scale,
    "cluster": cluster,
}


def _timed(benchmark: str, seconds: tuple[float, ...], peer: Peer) -> Result:
    bar = faster(seconds, peer.runs, FASTER)
    return Result(benchmark, "wall time", seconds, "s", peer, bar)


def _grown_build(bench: Bench, size: int) -> Series:
    """Grow the store to ``size`` copies of the corpus and build ``modified_fer`` from them all."""
    names = [f"fer2013_{copy}" for copy in range(size)]
    store, output = bench.path("store.h5"), bench.path("export")
    for name in names:
        run(fercurate("ingest", bench.csv, "--store", store, "--name", name))
    recipe = bench.path("recipe.yaml")
    recipe.write_text(recipe_text(names), encoding="utf-8")
    command = fercurate("build", "--recipe", recipe, "--store", store, "--output", output)
    (series,) = alternate(bench.repeat, command, before=lambda: shutil.rmtree(output, True))
    return series


def _against_loop(bench: Bench, ours: Series) -> Result:
    """Scale the loop from its sample to all rows; its start is counted once and not scaled."""
    folder, export = bench.path("png"), bench.path("export") / "train.h5"
    command = module("peers.usual", "pillow_loop", export, folder, bench.sample)
    (loop,) = alternate(bench.repeat, command, before=lambda: bench.fresh("png"))
    shutil.rmtree(folder)
    total, made = csv_rows(bench.csv), loop.said("pictures")[0]
    times = zip(loop.wall, loop.said("loop"), strict=True)
    scaled = tuple(wall - seconds + seconds * total / made for wall, seconds in times)
    name = f"Pillow loop to PNG ({made:,.0f} originals, scaled to {total:,})"
    return _timed("build", ours.wall, Peer(name, scaled))
