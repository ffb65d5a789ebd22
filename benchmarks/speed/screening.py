"""The benchmark of screening: measuring a whole corpus, against CleanVision and a Haar cascade."""

import shutil
from collections.abc import Iterator

from benchmarks.speed.bench import Bench, at_most
from benchmarks.speed.child import alternate, fercurate, module, run
from benchmarks.speed.result import Bar, Peer, Result

SECONDS, PEAK = 60.0, 1000.0
HAAR_SAMPLE = 2_000
"""Pictures that the plain cascade looks at; its time is scaled to all."""


def screening(bench: Bench) -> Iterator[Result]:
    """Time the measuring of a corpus by every criterion, and follow its memory."""
    clean, store, images = (bench.path(name) for name in ("clean.h5", "screened.h5", "faces.npy"))
    run(fercurate("ingest", bench.csv, "--store", clean))
    pictures = run(module("ways.copies", "prepare", clean, images)).said["images"]

    def unmeasured() -> None:
        for suffix in ("", ".parts"):
            target = store.with_name(store.name + suffix)
            shutil.rmtree(target, ignore_errors=True) if suffix else target.unlink(missing_ok=True)
        shutil.copy(clean, store)
        shutil.copytree(clean.with_name(clean.name + ".parts"), f"{store}.parts")

    ours, haar = alternate(
        bench.repeat,
        fercurate("filter", store, "--no-progress"),
        module("peers.usual", "haar", images, HAAR_SAMPLE),
        before=unmeasured,
    )
    scaled = tuple(s * pictures / HAAR_SAMPLE for s in haar.said("seconds"))
    name = f"Haar cascade alone ({HAAR_SAMPLE:,} pictures, scaled)"
    what = f"measure {pictures:,.0f} pictures"
    bar = at_most(ours.wall, SECONDS, "s")
    yield Result("screening", what, ours.wall, "s", Peer(name, scaled), bar)
    yield from _against_cleanvision(bench, ours.wall, what, images)
    bar = at_most(ours.peak, PEAK, "MB")
    yield Result("screening", "peak memory", ours.peak, "MB", bar=bar)
    run(fercurate("filter", store, "--no-progress"))
    again = run(fercurate("filter", store, "--preset", "strict", "--no-progress"))
    yield Result("screening", "judge again, other preset", (again.wall,), "s")


def _against_cleanvision(
    bench: Bench, ours: tuple[float, ...], what: str, images: object
) -> Iterator[Result]:
    if bench.cleanvision is None:
        return
    folder = bench.fresh("cleanvision")
    command = (bench.cleanvision, "-m", "benchmarks.speed.peers.cleanvision", images, folder)
    peer = run([str(part) for part in command])
    times = (peer.said["seconds"],)
    bar = Bar("less than CleanVision", min(ours) < times[0])
    yield Result("screening", what, ours, "s", Peer("CleanVision, all issues", times), bar)
    shutil.rmtree(folder)
