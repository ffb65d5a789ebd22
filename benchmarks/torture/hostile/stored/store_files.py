"""Files of a store that are damaged, cut, missing, swapped, or no files; no digest is corrected."""

import shutil
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import h5py

from benchmarks.torture.hostile.case import Case, Done, Expected, Refused
from benchmarks.torture.hostile.made import COMMANDS, OTHER, PARTS, STORE, put, stored
from benchmarks.torture.hostile.oddities import (
    THINGS,
    Place,
    cut,
    flipped,
    instead,
)

_KIND = "store files"
_VERBS = ("stats", "ingest", "filter", "build")
_PART = f"{PARTS}/000001.h5"

Edit = Callable[[Path], object]


def _flip(name: str, spot: int) -> Edit:
    return lambda folder: flipped(folder / name, spot)


def _cut(name: str, share: float) -> Edit:
    return lambda folder: cut(folder / name, share)


def _moved(name: str, target: str) -> Edit:
    return lambda folder: (folder / name).replace(folder / target)


def _copied(name: str, target: str) -> Edit:
    return lambda folder: shutil.copyfile(folder / name, folder / target)


def _gone(name: str) -> Edit:
    return lambda folder: (folder / name).unlink()


def _swapped(folder: Path) -> None:
    places = [folder / PARTS / name for name in ("000001.h5", "x", "000003.h5")]
    places[0].rename(places[1])
    places[2].rename(places[0])
    places[1].rename(places[2])


def _other(name: str, target: str) -> Edit:
    """Take a file of another store."""

    def edit(folder: Path) -> None:
        put(folder, OTHER, f"{OTHER}.parts")
        shutil.copyfile(folder / name, folder / target)

    return edit


def _unsealed(folder: Path) -> None:
    """Write a head as earlier versions did, without a seal."""
    with h5py.File(folder / STORE) as old, h5py.File(folder / "x", "w") as new:
        for name, value in old.attrs.items():
            new.attrs[name] = value
        for name in ("parts", "lineage"):
            old.copy(name, new)
    (folder / "x").replace(folder / STORE)


def _older_cut(share: float) -> Edit:
    def edit(folder: Path) -> None:
        _unsealed(folder)
        cut(folder / STORE, share)

    return edit


def _appended(name: str) -> Edit:
    def edit(folder: Path) -> None:
        with (folder / name).open("ab") as file:
            file.write(b"\0")

    return edit


def _behind(path: Path) -> None:
    path.rename(path.with_name("x"))
    path.symlink_to("x")


def _beside(folder: Path) -> None:
    (folder / "d").mkdir()
    (folder / STORE).rename(folder / "d" / STORE)
    (folder / PARTS).rename(folder / "d" / PARTS)
    (folder / STORE).symlink_to(f"d/{STORE}")


_HEAD = Refused(r"[eE]rror: .*(s\.h5|/proc/kmsg|/dev/)")
_OF_PART = Refused(r"error: .*00000\d\.h5")
STATES: Mapping[str, tuple[Edit, Expected]] = {
    "as written": (lambda _: None, Done()),
    "a head without a seal": (_unsealed, Done()),
    "a head without a seal, half": (_older_cut(0.5), _HEAD),
    "a head without a seal, a tenth": (_older_cut(0.1), _HEAD),
    "no parts": (_moved(PARTS, "away"), _OF_PART),
    "part 1 missing": (_gone(_PART), _OF_PART),
    "part 3 missing": (_gone(f"{PARTS}/000003.h5"), _OF_PART),
    "part 1 for part 3": (_copied(_PART, f"{PARTS}/000003.h5"), _OF_PART),
    "parts swapped": (_swapped, _OF_PART),
    "part 1 longer": (_appended(_PART), _OF_PART),
    "the head longer": (_appended(STORE), _HEAD),
    "the head of another store": (_other(OTHER, STORE), Refused(r"error: .*(s\.h5|000001\.h5)")),
    "part 1 of another store": (_other(f"{OTHER}.parts/000001.h5", _PART), _OF_PART),
    "a part for the head": (_copied(_PART, STORE), _HEAD),
    "a head for part 1": (_copied(STORE, _PART), _OF_PART),
    "part 1 behind a link": (lambda folder: _behind(folder / _PART), Done()),
    "the head behind a link": (_beside, Done()),
    "a part more": (_copied(_PART, f"{PARTS}/000009.h5"), Done()),
    "a file more": (lambda folder: (folder / PARTS / "notes.txt").write_text("x"), Done()),
}
"""States of the files, and what every command makes of them."""


def _state_cases() -> Iterator[Case]:
    for name, (edit, expected) in STATES.items():
        for verb in _VERBS:
            yield Case(_KIND, f"{name}, {verb}", stored(edit), COMMANDS[verb], expected)


def _head_cases() -> Iterator[Case]:
    for verb in ("stats", "ingest"):
        for spot in (0, 3, 20, 30, 100, 505, 511, 512, 600, 2000, 5000, 9000, -2000, -1):
            make = stored(_flip(STORE, spot))
            yield Case(_KIND, f"head flipped at {spot}, {verb}", make, COMMANDS[verb], _HEAD)
        for share in (0, 0.001, 0.01, 0.042, 0.2, 0.6, 0.95, 0.9999):
            make = stored(_cut(STORE, share))
            yield Case(_KIND, f"head cut to {share}, {verb}", make, COMMANDS[verb], _HEAD)


def _part_cases(number: int) -> Iterator[Case]:
    """Damage of a part; who counts reads neither votes nor measurements."""
    name = f"{PARTS}/{number:06d}.h5"
    for verb in _VERBS:
        expected = Done() if verb == "stats" and number in (2, 4) else _OF_PART
        for share in (0, 0.1, 0.999):
            title = f"part {number} cut to {share}, {verb}"
            yield Case(_KIND, title, stored(_cut(name, share)), COMMANDS[verb], expected)
    for verb in ("ingest", "build"):
        for spot in (0, 9, 100, 1000, -1000, -100, -1):
            title = f"part {number} flipped at {spot}, {verb}"
            yield Case(_KIND, title, stored(_flip(name, spot)), COMMANDS[verb], _OF_PART)


def _pixel_cases() -> Iterator[Case]:
    pixels = stored(_flip(_PART, 100_000))
    for verb in ("ingest", "build", "audit", "stats"):
        expected = Done() if verb == "stats" else _OF_PART
        yield Case(_KIND, f"a pixel flipped, {verb}", pixels, COMMANDS[verb], expected)


def _thing_cases() -> Iterator[Case]:
    things = THINGS
    for name, place in things.items():
        for verb in _VERBS:
            new = name == "a link to nothing" and verb == "ingest"
            expected: Expected = Done() if new else _HEAD
            yield _thing(f"head is {name}, {verb}", STORE, place, verb, expected)
            yield _thing(f"part 1 is {name}, {verb}", _PART, place, verb, _OF_PART)
            if name not in ("a folder", "a link to a folder"):
                in_parts = Refused(r"error: .*s\.h5\.parts")
                yield _thing(f"the folder is {name}, {verb}", PARTS, place, verb, in_parts)
    yield from _marker_cases(things)
    yield from _pending_cases(things)
    yield from _lock_cases(things)


def _marker_cases(things: Mapping[str, Place]) -> Iterator[Case]:
    """The marker is read by who writes; a link to nothing is as good as none."""
    for name, place in things.items():
        expected: Expected = Refused(r"error: .*/committed")
        if name == "a link to nothing":
            expected = Done()
        marker = f"{PARTS}/committed"
        yield _thing(f"committed is {name}, ingest", marker, place, "ingest", expected)
        yield _thing(f"committed is {name}, stats", marker, place, "stats", Done())
    texts: Mapping[str, tuple[bytes, Expected]] = {
        "a number": (b"4\n", Done()),
        "a later number": (b"99\n", Refused("generation")),
        "a number below 0": (b"-1\n", Refused("committed")),
        "many digits": (b"9" * 4000 + b"\n", Refused("committed")),
        "digits of another script": ("٤\n".encode(), Refused("committed")),
        "a wrong digest": (b"4 " + b"0" * 64 + b"\n", Refused("committed")),
        "no line end": (b"4", Refused("committed")),
        "NUL": (b"4\n\0", Refused("committed")),
    }
    for name, (content, expected) in texts.items():
        edit = stored(_written(f"{PARTS}/committed", content))
        yield Case(_KIND, f"committed: {name}", edit, COMMANDS["ingest"], expected)


def _written(name: str, content: bytes) -> Edit:
    return lambda folder: (folder / name).write_bytes(content)


def _pending_cases(things: Mapping[str, Place]) -> Iterator[Case]:
    """What is no head is set aside, and said; the change begins anew."""
    pending = f"{PARTS}/pending.h5"
    said = Done(r"pending\.h5: damaged, so it is set aside")
    for name, place in things.items():
        yield _thing(f"pending is {name}, ingest", pending, place, "ingest", said)
        yield _thing(f"pending is {name}, stats", pending, place, "stats", Done())
    copies: Mapping[str, tuple[Edit, Expected]] = {
        "a copy of the head": (_copied(STORE, pending), Done()),
        "a copy of a part": (_copied(_PART, pending), said),
        "a head of another store": (_other(OTHER, pending), Done()),
    }
    for name, (edit, expected) in copies.items():
        yield Case(_KIND, f"pending: {name}", stored(edit), COMMANDS["ingest"], expected)
    for spot in (0, 30, 505, 600, -1):
        make = stored(_damaged_copy(spot))
        yield Case(_KIND, f"pending flipped at {spot}", make, COMMANDS["ingest"], said)


def _damaged_copy(spot: int) -> Edit:
    def edit(folder: Path) -> None:
        shutil.copyfile(folder / STORE, folder / PARTS / "pending.h5")
        flipped(folder / PARTS / "pending.h5", spot)

    return edit


def _lock_cases(things: Mapping[str, Place]) -> Iterator[Case]:
    """A lock only has to be something that can be locked; what it holds does not matter."""
    bad = ("a socket", "a folder", "a link to itself", "a link to a folder")
    for name, place in things.items():
        expected = Refused(r"error: .*s\.h5") if name in bad else Done()
        yield _thing(f"lock is {name}, ingest", f"{PARTS}/lock", place, "ingest", expected)
        yield _thing(f"lock is {name}, stats", f"{PARTS}/lock", place, "stats", Done())
    for name, place in things.items():
        new = f"{PARTS}/pending.h5.new"
        yield _thing(f"staged is {name}, stats", new, place, "stats", Done())


def _thing(name: str, at: str, place: Place, verb: str, expected: Expected) -> Case:
    return Case(_KIND, name, stored(instead(at, place)), COMMANDS[verb], expected)


def cases() -> Iterator[Case]:
    """Every state of the files, by the commands that read and write a store."""
    yield from _state_cases()
    yield from _head_cases()
    for number in range(1, 5):
        yield from _part_cases(number)
    yield from _pixel_cases()
    yield from _thing_cases()
