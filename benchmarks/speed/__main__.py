"""``python -m benchmarks.speed``: measure, print a table, and say which bars were met."""

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from benchmarks.speed.bench import Bench
from benchmarks.speed.child import ChildError, module, run
from benchmarks.speed.result import Result, table
from benchmarks.speed.suite import ALL

PACKAGES = {
    "fercurate": "fercurate",
    "numpy": "numpy",
    "h5py": "h5py",
    "opencv": "opencv-python-headless",
    "Pillow": "pillow",
    "imbalanced-learn": "imbalanced-learn",
    "scikit-learn": "scikit-learn",
    "albumentations": "albumentations",
}
PEERS = {
    "imagededup": ("imagededup", "duplicates"),
    "cleanvision": ("cleanvision", "screening"),
    "augmentor": ("Augmentor", "augment"),
}
"""Packages that are compared where an interpreter has them: by option, name and benchmark."""

GIVEN = "the CSV given by --fer2013"
MADE = "a synthetic CSV of 35,887 random smooth pictures (no --fer2013 given)"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the benchmarks asked for; returns 0 whether or not the bars were met."""
    options = _options(arguments)
    facts = _facts(options)
    print("\n".join(f"{name}: {value}" for name, value in facts.items()))
    with tempfile.TemporaryDirectory(prefix="fercurate-benchmarks-", dir=options.work) as folder:
        results = _measure(options, Path(folder))
    print(f"\n{table(results)}")
    if options.json:
        content = {"facts": facts, "results": [result.to_json() for result in results]}
        options.json.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")
    return 0


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.speed", description=__doc__)
    parser.add_argument("--fer2013", type=Path, metavar="CSV", help="fer2013.csv; else synthetic")
    parser.add_argument("--repeat", type=_positive, default=3, metavar="N", help="repetitions (3)")
    parser.add_argument("--only", choices=tuple(ALL), action="append", help="run only this one")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the results as JSON too")
    parser.add_argument(
        "--work",
        type=Path,
        metavar="DIR",
        help="where the files are written, and removed (the temporary folder); in a memory file "
        "system the disk has no part in the times",
    )
    parser.add_argument(
        "--sample",
        type=_positive,
        default=4_000,
        metavar="N",
        help="originals that the Pillow loop makes; its time is scaled to all (4000)",
    )
    for name, compared in PEERS.items():
        parser.add_argument(
            f"--{name}",
            type=Path,
            metavar="PYTHON",
            help=f"an interpreter that has {compared[0]}, to compare `{compared[1]}` with",
        )
    options = parser.parse_args(arguments)
    if options.fer2013 is not None and not options.fer2013.is_file():
        parser.error(f"no such file: {options.fer2013}")
    if options.work is not None and not options.work.is_dir():
        parser.error(f"no such folder: {options.work}")
    return options


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("at least 1")
    return number


def _peer(name: str, python: Path | None) -> str:
    """Return which version of a peer an interpreter has, or that it is left out.

    Raises:
        SystemExit: the interpreter has none, or is none.
    """
    if python is None:
        return f"left out (no --{name} PYTHON given)"
    code = f"from importlib.metadata import version; print(version({name!r}))"
    try:
        asked = subprocess.run([python, "-c", code], capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError) as error:
        raise SystemExit(f"no {name} with {python}: {error}") from None
    return f"{asked.stdout.strip()}, run once"


def _facts(options: argparse.Namespace) -> dict[str, str]:
    names = [f"{name} {version(package)}" for name, package in PACKAGES.items()]
    return {
        "date": datetime.now(UTC).strftime("%Y-%m-%d"),
        "machine": f"{os.cpu_count()} cores, {platform.system()} {platform.machine()}",
        "versions": ", ".join([f"Python {platform.python_version()}", *names]),
        "corpus": GIVEN if options.fer2013 else MADE,
        "repetitions": f"{options.repeat}; medians (lowest to highest); warm page cache",
        "imagededup": _peer("imagededup", options.imagededup),
        "cleanvision": _peer("cleanvision", options.cleanvision),
        "augmentor": _peer("augmentor", options.augmentor),
    }


def _measure(options: argparse.Namespace, work: Path) -> list[Result]:
    csv = options.fer2013.resolve() if options.fer2013 else work / "fer2013.csv"
    if not options.fer2013:
        run(module("ways.synthetic_csv", csv))
    _warm(csv)
    peers = (options.imagededup, options.cleanvision, options.augmentor)
    bench = Bench(csv, work, options.repeat, options.sample, *peers)
    results: list[Result] = []
    for name in options.only or ALL:
        print(f"measuring {name} ...", file=sys.stderr, flush=True)
        try:
            results.extend(ALL[name](bench))
        except ChildError as error:
            print(f"{name} could not be measured: {error}", file=sys.stderr)
    return results


def _warm(path: Path) -> None:
    """Read a file once, a little at a time, so that every run finds it in the page cache."""
    with path.open("rb") as file:
        while file.read(1 << 20):
            pass


if __name__ == "__main__":
    sys.exit(main())
