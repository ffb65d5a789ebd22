"""Trees of class folders: names that are nearly classes, numbers, depth, and names of all kinds."""

import os
from collections.abc import Iterator, Mapping
from pathlib import Path

from benchmarks.torture.hostile.case import Case, Expected, Refused, Stored, ingest
from benchmarks.torture.hostile.inputs import GOOD_PICTURES, Content, Tree, plant, planted

KIND = "trees"
HERE = r"error: in\b"

NEAR = (
    *("hapy", "sadd", "angr", "suprrise", "disgusted2nd", "unhappy", "nothappy", "neutrals_old"),
    *("happy_sad", "emotions", "class", "unknown", "0x3", "3a", "-3", "3.5", "happy.zip", "x"),
)
"""Names of folders that are no class, for some of them nearly."""

ODD_NAMES: Mapping[str, str] = {
    "a line break": "a\nb",
    "a return": "a\rb",
    "a tab": "a\tb",
    "an escape": "a\x1b[31mb",
    "a bell": "\x07",
    "all controls": "".join(map(chr, range(1, 32))).replace("/", ""),
    "delete": "a\x7fb",
    "a second control set": "a\x85\x9bb",
    "a line separator": "a\u2028b",
    "right to left": "a\u202egnp.b",
    "no width": "a\u200bb",
    "a lone accent": "\u0301",
    "beyond the first plane": "😀" * 20,
    "a private character": "\ue000\U0010ffff",
    "a noncharacter": "\uffff",
    "a dash": "-rf",
    "two dashes": "--help",
    "quotes": "\"'`",
    "a shell": "$(reboot);&|",
    "stars": "*?[a-z]",
    "braces": "{}{0}%s%n",
    "a backslash": "a\\b",
    "backslashes up": "b\\..\\b",
    "a colon": "C:b",
    "a hash": "a#2",
    "markup": "<script>alert(1)",
    "blanks": "  b  ",
    "a dot at its end": "b.",
    "a device": "con",
    "250 letters": "x" * 250,
    "80 wide letters": "漢" * 80,
    "commas": "a,b;c",
    "a NUL as text": "a%00b",
    "true": "true",
}
"""Names of pictures and folders that a file system takes."""

NUMBERS: Mapping[str, tuple[tuple[str, ...], tuple[str, ...], Expected]] = {
    "without map": (("0", "1"), (), Refused("--label-map")),
    "with a map": (("0", "1", "2", "3", "4", "5", "6"), ("--label-map", "fer2013"), Stored(7)),
    "beyond the map": (("0", "9"), ("--label-map", "fer2013"), Refused("9")),
    "one unknown": (
        ("0", "1", "2", "3", "4", "5", "6", "9"),
        ("--label-map", "fer2013"),
        Stored(7, {"E_LABEL": 1}),
    ),
    "of 100 digits": (("9" * 100,), (), Refused("--label-map")),
    "of 250 digits": (("9" * 250, "1"), ("--label-map", "fer2013"), Refused(r"error: ")),
    "among words": (("happy", "7"), (), Refused("--label-map")),
    "Arabic": (("٣", "٤"), (), Refused(r"error: ")),
    "an unknown map": (("0", "1"), ("--label-map", "nothing"), Refused("label-map")),
    "a map that is none": (("0", "1"), ("--label-map", "0=,=1"), Refused("label-map")),
    "a map of two meanings": (("0", "1"), ("--label-map", "0=sad,0=happy"), Refused("label-map")),
    "a map of 10,000 pairs": (
        ("0", "1"),
        ("--label-map", ",".join(f"{n}=sad" for n in range(10_000))),
        Stored(2),
    ),
}
"""Folders named by numbers, options, and how that must end."""

SHAPES: Mapping[str, tuple[Tree, Expected]] = {
    "an empty folder": ({}, Refused(HERE)),
    "one picture in no class": ({"a.png": 1}, Refused(HERE)),
    "a file for a class": ({**GOOD_PICTURES, "fear": "text"}, Stored(4)),
    "a picture for a class": ({**GOOD_PICTURES, "fear": 9}, Stored(4)),
    "texts in class folders": ({"happy/a.txt": "a", "sad/b.txt": "b"}, Refused(HERE)),
    "debris in class folders": (
        {**GOOD_PICTURES, "happy/._a.png": "x", "happy/Thumbs.db": "x", "__MACOSX/sad/a.png": 5},
        Stored(4),
    ),
    "a class in a class": ({"happy/sad/a.png": 1, "sad/happy/b.png": 2}, Stored(2)),
    "a number in a class": ({**GOOD_PICTURES, "sad/7/x.png": 9}, Stored(4, {"E_LABEL": 1})),
    "the class twice in case": ({**GOOD_PICTURES, "Happy/a.png": 8, "HAPPY/a.png": 9}, Stored(6)),
    "a split in a split": ({"train/val/happy/a.png": 1, "val/train/sad/b.png": 2}, Stored(2)),
    "the tree twice": (
        {**GOOD_PICTURES, **{f"in/{name}": number for name, number in GOOD_PICTURES.items()}},
        Stored(4),
    ),
    "one picture 300 times": ({f"happy/{n}.png": 1 for n in range(300)}, Stored(300)),
    "all pictures broken": ({"happy/a.png": "x", "sad/b.png": "y"}, Refused(HERE)),
    "all pictures empty": ({"happy/a.png": "", "sad/b.png": ""}, Refused(HERE)),
    "web pages for pictures": (
        {**GOOD_PICTURES, **{f"happy/w{n}.jpg": "<!DOCTYPE html><html>" for n in range(50)}},
        Stored(4, {"E_DECODE": 50}),
    ),
    "pictures named for classes": (
        {**{f"happy_{n}.png": n for n in range(10)}, "nothing.png": 20},
        Stored(10, {"E_LABEL": 1}),
    ),
    "too few named for classes": (
        {**{f"happy_{n}.png": n for n in range(5)}, **{f"x{n}.png": n for n in range(20, 25)}},
        Refused(HERE),
    ),
    "names of two classes": (
        {**{f"happy_{n}.png": n for n in range(10)}, "happy_sad.png": 20},
        Stored(10, {"E_LABEL": 1}),
    ),
    "a CSV of another kind": ({**GOOD_PICTURES, "a.csv": "x,y\n1,2\n"}, Stored(4)),
    "a store beside": ({**GOOD_PICTURES, "s.h5": b"\x89HDF\r\n\x1a\n" + bytes(99)}, Stored(4)),
    "a pickle beside": ({**GOOD_PICTURES, "a.pkl": b"\x80\x04cos\nsystem\n."}, Stored(4)),
    "a YAML of code beside": (
        {**GOOD_PICTURES, "data.yaml": "names: !!python/object/apply:os.abort []\n"},
        Stored(4),
    ),
}
"""Trees that are odd as a whole."""

FAR_NAME = "d" * 200
DEPTHS: Mapping[int, Expected] = {1: Stored(2), 3: Stored(2), 4: Stored(2), 100: Refused(HERE)}


def cases() -> Iterator[Case]:
    """Every name, every number, every shape."""
    for name in NEAR:
        tree = {f"{name}/x.png": 9}
        yield ingest(KIND, f"{name!r} beside classes", planted(GOOD_PICTURES, tree), Stored(4))
        alone = {f"{name}/{n}.png": n for n in range(3)}
        yield ingest(KIND, f"{name!r} alone", planted(alone), Refused(r"error: "))
    for what, name in ODD_NAMES.items():
        yield from _named(what, name)
    for what, (names, options, expected) in NUMBERS.items():
        files = {f"{name}/{n}.png": n for n, name in enumerate(names)}
        yield ingest(KIND, f"numbers: {what}", planted(files), expected, *options)
    for what, (shape, expected) in SHAPES.items():
        yield ingest(KIND, what, planted(shape), expected)
    for depth, expected in DEPTHS.items():
        above = {f"{'d/' * depth}happy/a.png": 1, f"{'d/' * depth}sad/b.png": 2}
        yield ingest(KIND, f"{depth} folders above the classes", planted(above), expected)
    yield from _many()


def _named(what: str, name: str) -> Iterator[Case]:
    picture = planted(GOOD_PICTURES, {f"happy/{name[:245]}.png": 9})
    yield ingest(KIND, f"picture named by {what}", picture, Stored(5))
    person = planted(GOOD_PICTURES, {f"happy/{name}/x.png": 9})
    yield ingest(KIND, f"folder in a class named by {what}", person, Stored(5))
    beside = planted(GOOD_PICTURES, {f"{name}/x.png": 9})
    yield ingest(KIND, f"folder beside classes named by {what}", beside, Stored(4))


def _deep(folder: Path) -> None:
    """Good pictures beside folders beyond the longest path that a system call takes."""
    plant(folder / "in", GOOD_PICTURES)
    here = os.open(folder / "in/happy", os.O_RDONLY)
    for _ in range(60):
        os.mkdir(FAR_NAME, dir_fd=here)
        below = os.open(FAR_NAME, os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = below
    os.close(here)


def _many() -> Iterator[Case]:
    """Many folders, deep folders, and folders that lead to themselves."""

    def empty(folder: Path) -> None:
        plant(folder / "in", GOOD_PICTURES)
        for n in range(5000):
            (folder / f"in/e{n}").mkdir()

    def empty_classes(folder: Path) -> None:
        for name in ("happy", "sad", "fear"):
            (folder / "in" / name).mkdir(parents=True)

    def some_empty(folder: Path) -> None:
        plant(folder / "in", GOOD_PICTURES)
        (folder / "in/fear").mkdir()

    def circles(folder: Path) -> None:
        plant(folder / "in", GOOD_PICTURES)
        (folder / "in/happy/up").symlink_to("..")
        (folder / "in/happy/again").symlink_to(".")
        (folder / "in/sad/sad").symlink_to("../happy")

    files: Mapping[str, Content] = {f"happy/{n}.txt": "" for n in range(2000)}
    yield ingest(KIND, "5,000 empty folders", empty, Stored(4))
    yield ingest(KIND, "empty class folders", empty_classes, Refused(HERE))
    yield ingest(KIND, "an empty class folder among others", some_empty, Stored(4))
    yield ingest(KIND, "links in circles", circles, Stored(4))
    yield ingest(KIND, "a path of 12,000 letters", _deep, Stored(4))
    yield ingest(KIND, "2,000 texts in a class", planted(GOOD_PICTURES, files), Stored(4))
    folders = {f"happy/p{n}/a.png": n for n in range(300)}
    yield ingest(KIND, "300 folders in a class", planted(folders), Stored(300))
    above = {f"p{n}/happy/a.png": n for n in range(300)}
    yield ingest(KIND, "300 folders above a class", planted(above), Stored(300))
