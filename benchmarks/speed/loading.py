"""The loader of train.py against an ``ImageFolder``-style dataset of PNG files."""

from collections.abc import Iterator

from benchmarks.speed.bench import Bench, quicker
from benchmarks.speed.child import alternate, fercurate, module, run
from benchmarks.speed.result import Peer, Result

FASTER = 5.0
WORKERS = 2
FOLDER = "ImageFolder style: Pillow, one PNG an item"


def loading(bench: Bench) -> Iterator[Result]:
    """Rate shuffled epochs over train with two workers each, in batches of 128."""
    store, export, files = bench.path("load.h5"), bench.path("load"), bench.fresh("load-png")
    run(fercurate("ingest", bench.csv, "--store", store))
    run(fercurate("build", "--recipe", "fer2013_seven", "--store", store, "--output", export))
    run(module("ways.loading", "write", export, files))
    ours, peer = alternate(
        bench.repeat,
        module("ways.loading", "export", export, WORKERS),
        module("ways.loading", "folder", files, WORKERS),
    )
    rates, theirs = ours.said("images"), peer.said("images")
    bar = quicker(rates, theirs, FASTER)
    what = f"training batches, {WORKERS} workers"
    yield Result("loading", what, rates, "images/s", Peer(FOLDER, theirs), bar)
