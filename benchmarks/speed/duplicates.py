"""The benchmark of near-duplicate search: a corpus against imagededup, and growing hash tables."""

from collections.abc import Iterator
from statistics import median

from benchmarks.speed.bench import Bench, at_most, faster
from benchmarks.speed.child import Series, alternate, fercurate, module, run
from benchmarks.speed.result import Bar, Peer, Result

SIZES = (100_000, 300_000, 1_000_000)
"""Hashes of the growing tables; a tenth of them are planted copies."""

FASTER, LINEAR = 30.0, 2.0
PEER = "imagededup PHash, distance 2"


def duplicates(bench: Bench) -> Iterator[Result]:
    """Time the search for copies in the corpus, and follow it over tables of growing size."""
    store, images = bench.path("duplicates.h5"), bench.path("images.npy")
    run(fercurate("ingest", bench.csv, "--store", store))
    facts = run(module("ways.copies", "prepare", store, images)).said
    (ours,) = alternate(bench.repeat, module("ways.copies", "corpus", store, images))
    yield from _corpus(bench, ours, facts)
    yield from _growth(bench)


def _corpus(bench: Bench, ours: Series, facts: dict[str, float]) -> Iterator[Result]:
    """Yield the search times and the identical pairs found, beside imagededup's if it is given."""
    seconds, found, exact = ours.said("seconds"), ours.said("identical"), facts["identical"]
    search = f"hash and search {facts['images']:,.0f} images"
    pairs, alike = "byte-identical pairs found", set(found) == {exact}
    if bench.imagededup is None:
        yield Result("duplicates", search, seconds, "s")
        yield Result("duplicates", pairs, found, "pairs", bar=Bar(f"all {exact:,.0f}", alike))
        return
    command = (
        bench.imagededup,
        "-m",
        "benchmarks.speed.peers.imagededup",
        bench.path("images.npy"),
    )
    peer = run([str(part) for part in command]).said
    times = (peer["encode"] + peer["search"],)
    parts = f"{PEER} (encode {peer['encode']:.0f} s, search {peer['search']:.0f} s)"
    bar = faster(seconds, times, FASTER)
    yield Result("duplicates", search, seconds, "s", Peer(parts, times), bar)
    bar = Bar(f"all {exact:,.0f} by both", alike and peer["identical"] == exact)
    other = Peer(PEER, (peer["identical"],))
    yield Result("duplicates", pairs, found, "pairs", other, bar)


def _growth(bench: Bench) -> Iterator[Result]:
    """Yield the time of the search among random hashes, by size, and its growth per hash."""
    commands = [module("ways.copies", "hashes", size) for size in SIZES]
    each: list[float] = []
    for size, series in zip(SIZES, alternate(bench.repeat, *commands), strict=True):
        seconds, planted = series.said("seconds"), size // 10
        exact = set(series.said("found")) == set(series.said("planted")) == {planted}
        bar = Bar(f"finds the {planted:,} planted pairs", exact and all(series.said("same")))
        yield Result("duplicates", f"search {size:,} hashes", seconds, "s", bar=bar)
        scaled = tuple(second / size * 1e6 for second in seconds)
        yield Result("duplicates", f"per million, {size:,} hashes", scaled, "s")
        each.append(median(scaled))
    growth = (each[-1] / each[0],)
    bar = at_most(growth, LINEAR, "x")
    yield Result("duplicates", f"per hash, {SIZES[-1]:,} : {SIZES[0]:,}", growth, "x", bar=bar)
