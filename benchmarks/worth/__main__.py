"""``python -m benchmarks.worth``: what each step of curation is worth, as a table.

Goes on where it was stopped; ``--minutes 0`` prints what there is.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from benchmarks.worth.runs import EPOCHS, Run, Workshop
from benchmarks.worth.table import table
from benchmarks.worth.variants import VARIANTS


def main(arguments: Sequence[str] | None = None) -> int:
    """Build, train and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.worth", description=__doc__)
    add = parser.add_argument
    add("sources", type=Path, nargs="*", help="fer2013.csv and fer2013new.csv; once is enough")
    add("--work", type=Path, required=True, help="folder of the store, the exports and the runs")
    add("--only", nargs="+", choices=list(VARIANTS), default=list(VARIANTS), help="variants")
    add("--seeds", type=int, default=3, help="runs of each variant")
    add("--minutes", type=float, default=60.0, help="begin no run after so many")
    add("--at-once", type=int, default=2, help="runs at a time, each with one thread")
    add("--budget", default="quick", help="that of train.py")
    add("--epochs", type=int, default=EPOCHS, help="of the set as it is; others see as many rows")
    options = parser.parse_args(arguments)
    shop = Workshop(options.work.absolute(), options.budget, options.epochs)
    shop.folder.mkdir(parents=True, exist_ok=True)
    if not shop.store.is_file() and not options.sources:
        parser.error("there is no store in --work yet: name fer2013.csv and fer2013new.csv")
    shop.ingest(options.sources)
    shop.exports(options.only)
    seeds = range(options.seeds)
    runs = [Run(name, seed) for seed in seeds for name in options.only]
    for line in shop.train(runs, options.minutes, options.at_once):
        print(line, file=sys.stderr, flush=True)
    print("\n".join(table(shop, options.only, seeds)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
