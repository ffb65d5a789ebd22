"""``python -m benchmarks.torture``: damage, fuzz, kill and fill, and print what was counted."""

import argparse
import json
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from benchmarks.torture import flips, full_disk, fuzz, kills
from benchmarks.torture.hostile.campaign import run_tables
from benchmarks.torture.material import Material, make_material
from benchmarks.torture.readers import readers
from benchmarks.torture.report import Part, table
from benchmarks.torture.sandbox import preload

FUZZED = 1_000_000
KILLS = 200
DAMAGED_PARTS, DAMAGED_EXPORTS, BY_COMMAND, OLDER_HEADS = 2000, 1000, 500, 300
_MEMORY = Path("/dev/shm")  # noqa: S108  # where it is there, a folder in memory: much is written

Run = Callable[[Material, Path, float], Iterator[Part]]


def _flips(material: Material, work: Path, share: float) -> Iterator[Part]:
    yield from flips.flip_heads(material.copy(work), share)
    yield from flips.flip_parts(material.copy(work), _count(DAMAGED_PARTS, share))
    yield from flips.flip_exports(material.copy(work), _count(DAMAGED_EXPORTS, share))
    yield from flips.flip_by_command(material.copy(work), _count(BY_COMMAND, share))
    yield from flips.flip_older_heads(material.copy(work), _count(OLDER_HEADS, share))


def _fuzz(material: Material, work: Path, share: float) -> Iterator[Part]:
    work.mkdir(parents=True, exist_ok=True)
    yield from fuzz.fuzz(readers(material, work), _count(FUZZED, share))


def _kills(material: Material, work: Path, share: float) -> Iterator[Part]:
    yield from kills.kill_verbs(material, work, _count(KILLS, share))


def _full(material: Material, work: Path, share: float) -> Iterator[Part]:
    if full_disk.can_mount():
        yield from full_disk.fill_disks(material, work, _count(full_disk.STEPS, share))
    else:
        print("full disk: not run, for small file systems cannot be mounted here")


def _tables(_material: Material, work: Path, share: float) -> Iterator[Part]:
    yield from run_tables(work, share)


PARTS: dict[str, Run] = {
    "flips": _flips,
    "hostile": _tables,
    "fuzz": _fuzz,
    "kills": _kills,
    "full": _full,
}
"""The parts of the campaign by name, in the order in which they run."""


def _count(whole: int, share: float) -> int:
    return max(round(whole * share), 1)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the campaign; 0 if nothing was found, 1 if something was."""
    options = _options(arguments)
    preload()
    if options.verb:
        kills.keep(options.verb)
    parts: list[Part] = []
    end = time.monotonic() + 60 * options.minutes
    place = _MEMORY if os.access(_MEMORY, os.W_OK) else None
    with tempfile.TemporaryDirectory(prefix="fercurate-torture-", dir=place) as folder:
        material = make_material(Path(folder, "material"))
        for name in options.only or PARTS:
            for part in PARTS[name](material, Path(folder, name), options.share):
                parts.append(part)
                print(f"{part.name}: {part.tries:,} tries, {len(part.faults)} faults", flush=True)
                if time.monotonic() > end:
                    print(f"the {options.minutes:g} minutes are over: the rest was not run")
                    return _told(parts, options.json)
    return _told(parts, options.json)


def _told(parts: list[Part], path: Path | None) -> int:
    print(f"\n{table(parts)}")
    if path is not None:
        path.write_text(json.dumps([vars(part) for part in parts], indent=2) + "\n", "utf-8")
    return int(any(part.faults for part in parts))


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.torture", description=__doc__)
    add = parser.add_argument
    add("--only", choices=tuple(PARTS), action="append", help="run this part; may be repeated")
    add("--share", type=float, default=1.0, help="of the full number of tries (1)")
    add("--minutes", type=float, default=120.0, help="begin nothing new after so long (120)")
    add("--verb", action="append", help="of the kills and full disks only this command")
    add("--json", type=Path, metavar="FILE", help="write the figures as JSON too")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
