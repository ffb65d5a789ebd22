"""The benchmark of near-duplicate search: a corpus against imagededup, and growing tables."""

from collections.abc import Iterator
from statistics import median

from benchmarks.speed.bench import Bench, at_most, faster
from benchmarks.speed.child import Series, alternate, fercurate, module, run
from benchmarks.speed.result import Bar, Peer, Result

SIZES = (100_000, 300_000, 1_000_000)
"""Pictures of the growing tables; a tenth of them are planted copies."""

FASTER, LINEAR, RECALL = 20.0, 2.0, 0.98
PEER = "imagededup PHash, distance 2"


def duplicates(bench: Bench) -> Iterator[Result]:
    """Time the search for copies in the corpus, and follow it over tables of growing size."""
    store, images = bench.path("duplicates.h5"), bench.path("images.npy")
    run(fercurate("ingest", bench.csv, "--store", store))
    facts = run(module("ways.copies", "prepare", store, images)).said
    (ours,) = alternate(bench.repeat, module("ways.copies", "corpus", store, images))
    yield from _corpus(bench, ours, facts)
    (audited,) = alternate(1, module("ways.copies", "changed", store))
    measure = "audit with changed copies between splits"
    yield Result("duplicates", measure, audited.said("seconds"), "s")
    yield from _growth(bench)


def _corpus(bench: Bench, ours: Series, facts: dict[str, float]) -> Iterator[Result]:
    """Yield the search times and the identical pairs found, beside imagededup's if it is given."""
    seconds, found, exact = ours.said("seconds"), ours.said("identical"), facts["identical"]
    search = f"near duplicates of {facts['images']:,.0f} pictures"
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
    """Yield the time of the search among drawn pictures, by size, its recall and its growth."""
    commands = [module("ways.copies", "pictures", size) for size in SIZES]
    each: list[float] = []
    for size, series in zip(SIZES, alternate(1, *commands), strict=True):
        seconds, recall = series.said("seconds"), series.said("recall")
        said = f"recall {min(recall):.1%} (as audit measures it: {series.said('measured')[0]:.1%})"
        bar = Bar(f"{said}, at least {RECALL:.0%}", min(recall) >= RECALL)
        yield Result("duplicates", f"search {size:,} pictures", seconds, "s", bar=bar)
        each.append(median(seconds) / size * 1e6)
    growth = (each[-1] / each[0],)
    bar = at_most(growth, LINEAR, "x")
    yield Result("duplicates", f"per picture, {SIZES[-1]:,} : {SIZES[0]:,}", growth, "x", bar=bar)
