"""The benchmark of decoding: a tree of color JPEG files against a plain Pillow loop."""

import shutil
from collections.abc import Iterator

from benchmarks.speed.bench import Bench
from benchmarks.speed.child import alternate, module, run
from benchmarks.speed.result import Peer, Result

FILES, SIDE = 2_000, 256


def decode(bench: Bench) -> Iterator[Result]:
    """Rate the loading of picture files with one worker and with all, beside Pillow with one."""
    folder = bench.fresh("jpeg")
    run(module("ways.pictures", "draw", folder, FILES, SIDE))
    one, every, pillow = alternate(
        bench.repeat,
        module("ways.pictures", "ours", folder, 1),
        module("ways.pictures", "ours", folder, 0),
        module("ways.pictures", "pillow", folder),
    )
    shutil.rmtree(folder)
    peer = Peer("Pillow loop, 1 process", pillow.said("rate"))
    for series, workers in ((one, "1 worker"), (every, "a worker a core")):
        measure = f"{SIDE}x{SIDE} JPEG files, {workers}"
        yield Result("decode", measure, series.said("rate"), "images/s", peer)
