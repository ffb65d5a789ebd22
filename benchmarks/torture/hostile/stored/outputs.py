"""Odd places for what commands write: pipes, devices, foreign folders, names that are too long."""

import os
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from benchmarks.torture.hostile.case import Case, Done, Expected, Make, Refused
from benchmarks.torture.hostile.made import COMMANDS, EXPORT, MORE, RECIPE, STORE, STORED, put
from benchmarks.torture.hostile.oddities import NO_CONTENTS, NO_FILES, THINGS, Place, instead

_KIND = "outputs"
_BUILD = ("build", "--recipe", RECIPE, "--store", STORE, "--output")
_LONG = "n" * 300
_BYTES = os.fsdecode(b"x\xff")

Edit = Callable[[Path], object]


def _beside(edit: Edit, *more: str) -> Make:
    def make(folder: Path) -> None:
        put(folder, *STORED, *more)
        edit(folder)

    return make


def _nothing(_folder: Path) -> None:
    pass


def _foreign(folder: Path) -> None:
    (folder / "b").mkdir()
    (folder / "b" / "thesis.txt").write_text("mine")


def _empty(folder: Path) -> None:
    (folder / "b").mkdir()


def _listing(name: str, place: Place) -> Edit:
    """Make a folder in which the file that tells whose it is, is something else."""

    def edit(folder: Path) -> None:
        (folder / "b").mkdir()
        place(folder / "b" / name)

    return edit


def _renamed(name: str) -> Edit:
    return lambda folder: (folder / EXPORT).rename(folder / name)


def _with(name: str) -> Edit:
    """Make an export in which somebody has put a file."""

    def edit(folder: Path) -> None:
        (folder / EXPORT).rename(folder / "b")
        (folder / "b" / name).write_text("mine")

    return edit


_NO_FOLDER = Refused("rror: .*b(: not a folder|' is a file)")
_X = Refused("rror: .*x")

BUILDS: Mapping[str, tuple[Make, tuple[str, ...], Expected]] = {
    "new": (_beside(_nothing), ("b",), Done()),
    "below folders that are not there": (_beside(_nothing), ("x/y/b",), Done()),
    "an empty folder": (_beside(_empty), ("b",), Done()),
    "a foreign folder": (_beside(_foreign), ("b",), Refused("error: b: .*thesis")),
    "a foreign folder, overwrite": (_beside(_foreign), ("b", "--overwrite"), Refused("thesis")),
    "an export": (_beside(_renamed("b"), EXPORT), ("b",), Refused("error: b: .*already")),
    "an export, overwrite": (_beside(_renamed("b"), EXPORT), ("b", "--overwrite"), Done()),
    "an export with a file more": (
        _beside(_with("notes.txt"), EXPORT),
        ("b", "--overwrite"),
        Refused("notes"),
    ),
    "a name of 300": (_beside(_nothing), (_LONG,), Refused("error: .*nnn")),
    "a name of 240": (_beside(_nothing), (_LONG[:240],), Refused("error: .*nnn")),
    "a path of 5,000": (_beside(_nothing), ("/".join(["d" * 99] * 50),), Refused("error: .*ddd")),
    "a name that is no UTF-8": (_beside(_nothing), (_BYTES,), Done()),
    "a name with a line end": (_beside(_nothing), ("a\nb",), Done()),
    "below a file": (_beside(_nothing), (f"{RECIPE}/b",), Refused(r"error: .*in\.yaml")),
    "the store": (_beside(_nothing), (STORE,), Refused(r"s\.h5")),
    "the parts of the store": (_beside(_nothing), (f"{STORE}.parts",), Refused(r"s\.h5\.parts")),
    "here": (_beside(_nothing), (".",), Refused("error: ")),
    "the root": (_beside(_nothing), ("/",), Refused("error: /")),
    "in /proc": (_beside(_nothing), ("/proc/b",), Refused("error: .*/proc")),
    "in /dev/full": (_beside(_nothing), ("/dev/full/b",), Refused("error: .*/dev/full")),
    "staging is in use": (
        _beside(lambda folder: os.mkfifo(folder / ".b.fercurate-partial")),
        ("b",),
        Done(),
    ),
    "its lock is a folder": (
        _beside(lambda folder: (folder / ".b.fercurate-lock").mkdir()),
        ("b",),
        Refused("error: .*fercurate-lock"),
    ),
    "its lock is a pipe": (
        _beside(lambda folder: os.mkfifo(folder / ".b.fercurate-lock")),
        ("b",),
        Done(),
    ),
}
"""Places for an export: what lies there, the options, and how it must end."""


def _build_cases() -> Iterator[Case]:
    for name, (make, options, expected) in BUILDS.items():
        yield Case(_KIND, f"build: {name}", make, (*_BUILD, *options), expected)
    for name, place in THINGS.items():
        if name == "a folder":
            continue
        make = _beside(instead("b", place))
        yield Case(_KIND, f"build: {name}", make, (*_BUILD, "b"), _NO_FOLDER)
        make = _beside(_listing("recipe.lock", place))
        refused = Refused("error: .*b: .*recipe.lock")
        command = (*_BUILD, "b", "--overwrite")
        yield Case(_KIND, f"build: its lock is {name}", make, command, refused)


def _plot_cases() -> Iterator[Case]:
    stats = ("stats", STORE, "--plot")
    for name, place in NO_FILES.items():
        make = _beside(instead("p.png", place))
        yield Case(_KIND, f"plot: {name}", make, (*stats, "p.png"), Refused(r"p\.png"))
    for name, place in NO_CONTENTS.items():
        if name != "a hole":
            make = _beside(instead("p.png", place))
            yield Case(_KIND, f"plot: {name} is replaced", make, (*stats, "p.png"), Done())
    places: Mapping[str, Expected] = {
        "p.svg": Done(),
        "p.pdf": Done(),
        "P.PNG": Done(),
        "new/p.png": Done(),
        f"{_BYTES}.png": Done(),
        "a\nb.png": Done(),
        "p.gif": Refused(r"p\.gif"),
        "p": Refused("--plot p"),
        ".png": Refused(r"--plot \.png"),
        "": Refused("--plot"),
        f"{_LONG}.png": Refused("nnn"),
        f"{RECIPE}/p.png": Refused(r"in\.yaml"),
        "/proc/p.png": Refused("/proc"),
        "/dev/full/p.png": Refused("/dev/full"),
    }
    for name, expected in places.items():
        yield Case(_KIND, f"plot: at {name[:20]!a}", _beside(_nothing), (*stats, name), expected)


def _report_cases() -> Iterator[Case]:
    scores = (*COMMANDS["filter"], "--scores")
    report = (*COMMANDS["filter"], "--report")
    for name, place in THINGS.items():
        make = _beside(instead("x", place))
        new = name in ("a link to nothing", "a link to itself")
        expected: Expected = Done() if new else _X
        yield Case(_KIND, f"scores: {name}", make, (*scores, "x"), expected)
        expected = Done() if name in ("a link to nothing", "a folder") else _X
        yield Case(_KIND, f"report: {name}", make, (*report, "x"), expected)
        make = _beside(_listing("report.json", place))
        expected = Done() if name == "a folder" else Refused("b: ")
        yield Case(_KIND, f"report: its facts are {name}", make, (*report, "b"), expected)
    places: Mapping[str, tuple[Expected, Expected]] = {
        _LONG: (Refused("nnn"), Refused("nnn")),
        _BYTES: (Done(), Done()),
        "": (Refused(), Refused()),
        "x/y/z": (Refused("x/y"), Done()),
        f"{STORE}.parts/x": (Refused(r"s\.h5\.parts"), Refused(r"s\.h5\.parts")),
        STORE: (Refused(r"s\.h5"), Refused(r"s\.h5")),
        f"{RECIPE}/x": (Refused(r"in\.yaml"), Refused(r"in\.yaml")),
        "/proc/x": (Refused("/proc"), Refused("/proc")),
    }
    for name, both in places.items():
        for what, command, one in zip(("scores", "report"), (scores, report), both, strict=True):
            title = f"{what}: at {name[:20]!a}"
            yield Case(_KIND, title, _beside(_nothing), (*command, name), one)


def _store_cases() -> Iterator[Case]:
    places: Mapping[str, Expected] = {
        "new.h5": Done(),
        "x/y/new.h5": Done(),
        f"{_BYTES}.h5": Done(),
        "a\nb.h5": Done(),
        "n" * 240: Done(),
        _LONG: Refused("nnn"),
        "": Refused(),
        ".": Refused(),
        f"{RECIPE}": Refused(r"in\.yaml"),
        f"{RECIPE}/s.h5": Refused(r"in\.yaml"),
        f"{STORE}.parts": Refused(r"s\.h5\.parts"),
        f"{STORE}.parts/000001.h5": Refused(r"000001\.h5"),
        "/proc/s.h5": Refused("/proc"),
        "/dev/full": Refused("/dev/full"),
        "/dev/null/s.h5": Refused("/dev/null"),
    }
    for name, expected in places.items():
        command = ("ingest", MORE, "--store", name, "--json")
        yield Case(
            _KIND, f"store: at {name[:20]!a} ({len(name)})", _beside(_nothing), command, expected
        )
    command = ("ingest", MORE, "--store", "x.h5", "--json")
    for name, place in THINGS.items():
        new = name in ("a link to nothing", "a link to itself")
        expected = Done() if new else Refused(r"rror: .*(x\.h5|/proc/kmsg|/dev/)")
        make = _beside(instead("x.h5", place))
        yield Case(_KIND, f"store: {name}", make, command, expected)
        usable = name in ("a folder", "a link to a folder")
        expected = Done() if usable else Refused(r"x\.h5\.parts")
        make = _beside(instead("x.h5.parts", place))
        yield Case(_KIND, f"store: its folder is {name}", make, command, expected)


def cases() -> Iterator[Case]:
    """Every place for every option that names one."""
    yield from _build_cases()
    yield from _plot_cases()
    yield from _report_cases()
    yield from _store_cases()
