"""Files of an export that are changed, cut, swapped, missing, or no files."""

import hashlib
import json
import shutil
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from benchmarks.torture.hostile.case import Case, Done, Expected, Make, Refused
from benchmarks.torture.hostile.made import EXPORT, LEGACY, exported
from benchmarks.torture.hostile.oddities import NO_CONTENTS, THINGS, Place, cut, flipped, instead

_KIND = "export files"
_LOCK = f"{EXPORT}/recipe.lock"
_VERBS = {"stats": ("stats", EXPORT), "audit": ("audit", EXPORT, "--max-leak", "1")}
_NO_DIGEST = "0" * 64
_SHA256 = {"sha256": "a" * 64}

Edit = Callable[[Path], object]


def _copied(source: str, target: str) -> Edit:
    return lambda folder: shutil.copyfile(folder / source, folder / target)


def _swapped(folder: Path) -> None:
    for source, target in (("val", "x"), ("test", "val"), ("x", "test")):
        (folder / EXPORT / f"{source}.h5").rename(folder / EXPORT / f"{target}.h5")


def _linked(folder: Path) -> None:
    (folder / EXPORT / "val.h5").rename(folder / "val.h5")
    (folder / EXPORT / "val.h5").symlink_to("../val.h5")


def _files(folder: Path) -> Iterator[Path]:
    return (folder / EXPORT).glob("*.h5")


def _foreign(folder: Path) -> None:
    exported(_copied(f"{LEGACY}/data.h5", f"{EXPORT}/test.h5"), LEGACY)(folder)


def _appended(folder: Path) -> None:
    with (folder / EXPORT / "test.h5").open("ab") as file:
        file.write(b"\0")


_CHANGED = r"error: \S*test\.h5.*changed since"
CHANGES: Mapping[str, tuple[Edit, Expected]] = {
    "as built": (lambda _: None, Done()),
    "swapped": (_swapped, Refused(r"error: \S*(val|test)\.h5.*changed since")),
    "behind a link": (_linked, Done()),
    "of another layout": (_foreign, Refused(_CHANGED)),
    "longer by a byte": (_appended, Refused(_CHANGED)),
    "a file more": (
        _copied(f"{EXPORT}/train.h5", f"{EXPORT}/other.h5"),
        Refused(r"other\.h5: recipe\.lock does not list it"),
    ),
    "noise beside": (
        lambda folder: NO_CONTENTS["noise"](folder / EXPORT / "other.h5"),
        Refused(r"other\.h5"),
    ),
    "train twice": (_copied(f"{EXPORT}/train.h5", f"{EXPORT}/test.h5"), Refused(_CHANGED)),
    "missing": (
        lambda folder: (folder / EXPORT / "test.h5").unlink(),
        Refused(r"test\.h5"),
    ),
    "all missing": (
        lambda folder: [path.replace(folder / path.name) for path in _files(folder)],
        Refused("error: o|h5"),
    ),
}


def _file_cases() -> Iterator[Case]:
    for verb, command in _VERBS.items():
        for name, (edit, expected) in CHANGES.items():
            yield Case(_KIND, f"test.h5 {name}, {verb}", exported(edit), command, expected)
        for name, place in THINGS.items():
            make = exported(instead(f"{EXPORT}/test.h5", place))
            yield Case(_KIND, f"test.h5 is {name}, {verb}", make, command, Refused(r"test\.h5"))
        for file in ("train.h5", "val.h5", "test.h5"):
            for spot in (0, 8, 50, 700, 2500, -3000, -1):
                make = exported(_flip(f"{EXPORT}/{file}", spot))
                expected = Refused(rf"error: \S*{file}.*changed since")
                yield Case(_KIND, f"{file} flipped at {spot}, {verb}", make, command, expected)
            for share in (0, 0.01, 0.5, 0.999):
                make = exported(_cut(f"{EXPORT}/{file}", share))
                expected = Refused(rf"error: \S*{file}.*changed since")
                yield Case(_KIND, f"{file} cut to {share}, {verb}", make, command, expected)


def _flip(name: str, spot: int) -> Edit:
    return lambda folder: flipped(folder / name, spot)


def _cut(name: str, share: float) -> Edit:
    return lambda folder: cut(folder / name, share)


_PAPERS = ("datasheet.md", "summary.json", "recipe.yaml", "train.py", "training/shared/export.py")


def _paper_cases() -> Iterator[Case]:
    for paper in _PAPERS:
        for verb, command in _VERBS.items():
            make = exported(_flip(f"{EXPORT}/{paper}", 5))
            expected = Done(rf"{paper}: changed since")
            yield Case(_KIND, f"{paper} flipped, {verb}", make, command, expected)
    for name, place in THINGS.items():
        make = exported(instead(f"{EXPORT}/datasheet.md", place))
        expected = Done(r"datasheet\.md: changed since")
        yield Case(_KIND, f"datasheet is {name}", make, _VERBS["stats"], expected)


def _json(change: Callable[[dict[str, Any]], object]) -> Edit:
    """Change what a lock says, and seal it again as somebody with ill intent would."""

    def edit(folder: Path) -> None:
        path = folder / _LOCK
        lock = json.loads(path.read_text())
        change(lock)
        if "lock_sha256" in lock:
            lock["lock_sha256"] = _NO_DIGEST
        text = json.dumps(lock, indent=2)
        digest = hashlib.sha256(text.encode()).hexdigest()
        path.write_text(text.replace(_NO_DIGEST, digest, 1))

    return edit


def _set(name: str, value: object) -> Edit:
    return _json(lambda lock: lock.update({name: value}))


def _output(name: str, value: object) -> Edit:
    return _json(lambda lock: lock["outputs"].update({name: value}))


def _written(text: str | bytes) -> Edit:
    content = text.encode() if isinstance(text, str) else text
    return lambda folder: (folder / _LOCK).write_bytes(content)


_ZEROS = "0" * 64
LOCKS: Mapping[str, Edit] = {
    "no JSON": _written("{"),
    "a list": _written("[]"),
    "a number": _written("7"),
    "null": _written("null"),
    "no outputs": _written('{"lock_version": 2}'),
    "no version": _written('{"outputs": {}}'),
    "not UTF-8": _written(b"\xff\xfe{}"),
    "UTF-16": _written('{"lock_version": 1}'.encode("utf-16")),
    "NUL": _written("\0" * 100),
    "deep": _written('{"lock_version": 1, "outputs": ' + "[" * 100_000 + "]" * 100_000 + "}"),
    "a huge number": _written('{"lock_version": ' + "9" * 100_000 + "}"),
    "no digits": _written('{"lock_version": 1, "outputs": {"train.h5": {"sha256": "xyz"}}}'),
    "size for digest": _written('{"lock_version": 1, "outputs": {"train.h5": {"size": 3}}}'),
    "outputs that are a list": _set("outputs", ["train.h5"]),
    "outputs that are text": _set("outputs", "train.h5"),
    "outputs that are null": _set("outputs", None),
    "outputs without digest": _set("outputs", {"train.h5": {}}),
    "outputs of text": _set("outputs", {"train.h5": "a" * 64}),
    "nothing listed": _set("outputs", {}),
    "version 9": _set("lock_version", 9),
    "version of text": _set("lock_version", "2"),
    "version of a list": _set("lock_version", [2]),
    "version null": _set("lock_version", None),
    "digest in capitals": _output("train.h5", {"sha256": "A" * 64}),
    "digest of a number": _output("train.h5", {"sha256": 7}),
    "digest too short": _output("train.h5", {"sha256": "a" * 63}),
    "another digest": _output("train.h5", _SHA256),
    "above": _output("../a", _SHA256),
    "above within": _output("a/../../b", _SHA256),
    "absolute": _output("/etc/passwd", _SHA256),
    "NUL in a name": _output("a\0b", _SHA256),
    "a name that is none": _output("", _SHA256),
    "train left out": _json(lambda lock: lock["outputs"].pop("train.h5")),
    "no digest of itself": _json(lambda lock: lock.pop("lock_sha256")),
}
"""Locks that are none, or sealed by somebody with ill intent."""

LARGE = _json(lambda lock: lock["outputs"].update({f"{n}.txt": _SHA256 for n in range(400_000)}))


def _lock_cases() -> Iterator[Case]:
    expected = Refused(r"error: \S*(recipe\.lock|\.h5)")
    for place, (name, edit) in enumerate(LOCKS.items()):
        verb, command = list(_VERBS.items())[place % 2]
        yield Case(_KIND, f"lock: {name}, {verb}", exported(edit), command, expected)
    for name, thing in THINGS.items():
        for verb, command in _VERBS.items():
            yield _lock_case(f"lock is {name}, {verb}", thing, command)
    for spot in range(0, 7500, 250):
        make = exported(_flip(_LOCK, spot))
        yield Case(_KIND, f"lock flipped at {spot}", make, _VERBS["stats"], expected)
    for share in (0.001, 0.1, 0.5, 0.9, 0.9999):
        make = exported(_cut(_LOCK, share))
        yield Case(_KIND, f"lock cut to {share}", make, _VERBS["stats"], expected)
    yield Case(_KIND, "lock of 400,000 files", exported(LARGE), _VERBS["stats"], Done())
    make = exported(_output("a\ud800", _SHA256))
    yield Case(_KIND, "lock of half a surrogate", make, _VERBS["stats"], Done())


def _lock_case(name: str, place: Place, command: tuple[str, ...]) -> Case:
    make: Make = exported(instead(_LOCK, place))
    return Case(_KIND, name, make, command, Refused(r"error: \S*recipe\.lock"))


def _single_cases() -> Iterator[Case]:
    alone = exported(lambda folder: (folder / EXPORT / "train.h5").rename(folder / "alone.h5"))
    for verb in ("stats", "audit"):
        options = ("--max-leak", "1") if verb == "audit" else ()
        for file in ("train.h5", "val.h5"):
            command = (verb, f"{EXPORT}/{file}", *options)
            yield Case(_KIND, f"{file} alone, {verb}", exported(lambda _: None), command, Done())
        for file in ("datasheet.md", "recipe.lock", "sheet_real.png", "training", "train.py"):
            command = (verb, f"{EXPORT}/{file}", *options)
            refused = Refused(rf"error: \S*{file}")
            yield Case(_KIND, f"{verb} {file}", exported(lambda _: None), command, refused)
        command = (verb, "alone.h5", *options)
        yield Case(_KIND, f"moved away, {verb}", alone, command, Done("not verified"))
        for share in (0.001, 0.01, 0.5, 0.99):
            make = _both(alone, _cut("alone.h5", share))
            refused = Refused(r"error: \S*alone\.h5")
            yield Case(_KIND, f"alone, cut to {share}, {verb}", make, command, refused)
        for name, thing in THINGS.items():
            refused = Refused(r"error: (\S*train\.h5|/proc/kmsg)")
            make = instead("train.h5", thing)
            yield Case(_KIND, f"{verb} {name}", make, (verb, "train.h5", *options), refused)


def _both(first: Make, second: Edit) -> Make:
    def make(folder: Path) -> None:
        first(folder)
        second(folder)

    return make


def cases() -> Iterator[Case]:
    """Every change of a file, by each command that reads exports."""
    yield from _file_cases()
    yield from _paper_cases()
    yield from _lock_cases()
    yield from _single_cases()
