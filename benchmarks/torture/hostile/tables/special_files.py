"""Pipes, sockets, devices, links and folders where a file is looked for."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from benchmarks.torture.hostile.case import Case, Done, Expected, Make, Refused, Stored, ingest
from benchmarks.torture.hostile.inputs import (
    GOOD_PICTURES,
    LEADING_OUT,
    THINGS,
    Content,
    Tree,
    draw,
    fer_csv,
    npy_bytes,
    path_case,
    with_thing,
)
from benchmarks.torture.sandbox import fercurate

KIND = "special files"

SUFFIXES = (".csv", ".tsv", ".txt", ".jsonl", ".npy", ".npz", ".h5", ".zip", ".tar", ".csv.gz")
MORE_SUFFIXES = (".parquet", ".png", "")
BESIDE = ("train.csv", "other.csv", "fer2013new.csv", "label.csv", "X_train.npy", "faces.npz")
MORE_BESIDE = ("faces.h5", "a.zip", "a.tar", "a.parquet", "a.png", "notes.txt", "val.csv.gz")
LISTS = ("labels.csv", "list.txt", "train.tsv", "metadata.jsonl", "label.csv", "fer2013new.csv")
FLAT: Tree = {"a.png": 1, "b.png": 2}
LISTED: Tree = {"a.png": 1, "b.png": 2, "labels.csv": "path,label\na.png,happy\nb.png,sad\n"}
COMMANDS: dict[str, tuple[str, ...]] = {
    "inspect": ("inspect", "thing.h5"),
    "stats": ("stats", "thing.h5", "--json"),
    "audit": ("audit", "thing.h5", "--json"),
    "filter": ("filter", "thing.h5", "--json"),
    "store of build": ("build", "--recipe", "fer2013_seven", "--store", "thing.h5", "-o", "out"),
    "recipe": ("build", "--recipe", "./thing.h5", "--store", "s.h5", "-o", "out"),
    "recipe of preview": ("preview", "--recipe", "./thing.h5", "--store", "s.h5", "-o", "out"),
    "source asked for": ("ingest", "thing.h5", "--source", "list", "--store", "s.h5"),
    "face model": ("filter", "s.h5", "--no-ease", "--face-model", "thing.h5"),
    "scores": ("filter", "s.h5", "--no-ease", "--scores", "thing.h5"),
    "plot": ("stats", "s.h5", "--plot", "thing.png"),
}
"""Commands that take a path, which is ``thing.h5``; there is a good store ``s.h5``."""

WRITTEN = ("scores", "plot")
"""Commands that write what is there already: a link may be replaced or written through."""

BROKEN = ("loop", "loop of two", "dangling")


def cases() -> Iterator[Case]:
    """Every thing at every place."""
    yield from _as_the_path()
    yield from _in_commands()
    for thing in THINGS:
        yield from _in_class_folders(thing)
        yield from _beside(thing)
        yield from _as_lists(thing)
        yield from _as_arrays(thing)


def _as_the_path() -> Iterator[Case]:
    for thing in THINGS:
        for suffix in (*SUFFIXES, *MORE_SUFFIXES):
            name = f"faces{suffix}"
            expected = Refused(rf"\b{name}\b")
            yield path_case(KIND, f"{thing} as {name}", with_thing({}, name, thing), expected, name)


def _in_commands() -> Iterator[Case]:
    for thing in THINGS:
        for what, command in COMMANDS.items():
            if what in WRITTEN and thing not in ("fifo", "socket", "folder"):
                continue
            name = "thing.png" if what == "plot" else "thing.h5"
            expected: Expected = Refused(r"\bthing\.")
            if what == "inspect" and thing not in BROKEN:
                expected = Done(r"\bthing\.")
            make = _with_store(name, thing)
            yield Case(KIND, f"{thing} for {what}", make, command, expected)
        fits: Expected = Stored(4) if thing in BROKEN else Refused(r"\bs\.h5")
        make = with_thing(GOOD_PICTURES, "s.h5", thing)
        yield ingest(KIND, f"{thing} as the store", make, fits)


def _with_store(name: str, thing: str) -> Make:
    """A maker of a store and of a thing beside it."""
    make = with_thing(GOOD_PICTURES, name, thing)

    def both(folder: Path) -> None:
        make(folder)
        fercurate(("ingest", "in", "--store", "s.h5"), folder)

    return both


def _in_class_folders(thing: str) -> Iterator[Case]:
    out = thing in LEADING_OUT
    code = {"E_PATH": 1} if out else {} if thing == "folder" else {"E_MISSING": 1}
    if thing == "loop of two":
        code = {"E_MISSING": 1}  # the other link has no suffix of a picture
    for name in ("x.png", "x.jpg", "x.webp"):
        make = with_thing(GOOD_PICTURES, f"in/happy/{name}", thing)
        yield ingest(KIND, f"{thing} as happy/{name}", make, Stored(4, code))
    make = with_thing(GOOD_PICTURES, "in/happy/x", thing)
    yield ingest(KIND, f"{thing} in a class folder, no suffix", make, Stored(4))
    for name in ("fear", "train", "notes"):
        make = with_thing(GOOD_PICTURES, f"in/{name}", thing)
        yield ingest(KIND, f"{thing} for a folder {name}", make, Stored(4))


def _beside(thing: str) -> Iterator[Case]:
    for name in (*BESIDE, *MORE_BESIDE):
        make = with_thing({"fer2013.csv": fer_csv()}, f"in/{name}", thing)
        yield ingest(KIND, f"{thing} as {name} beside fer2013.csv", make, Stored(8))


def _as_lists(thing: str) -> Iterator[Case]:
    for name in LISTS:
        make = with_thing(GOOD_PICTURES, f"in/{name}", thing)
        yield ingest(KIND, f"{thing} as {name} beside class folders", make, Stored(4))
        make = with_thing(FLAT, f"in/{name}", thing)
        yield ingest(KIND, f"{thing} as {name} beside pictures", make, Refused(r"error: in\b"))
    listed = dict(LISTED) | {"labels.csv": "path,label\na.png,happy\nb.png,sad\nx.png,sad\n"}
    code = "E_PATH" if thing in LEADING_OUT else "E_MISSING"
    make = with_thing(listed, "in/x.png", thing)
    yield ingest(KIND, f"{thing} as a listed picture", make, Stored(2, {code: 1}))


def _annotated() -> dict[str, Content]:
    tree: dict[str, Content] = {}
    for number in (0, 1):
        tree[f"train_set/images/{number}.png"] = number
    for kind, value in (("exp", "1"), ("val", "0.5"), ("aro", "0.5")):
        tree[f"train_set/annotations/0_{kind}.npy"] = npy_bytes(np.array(value))
    return tree


def _as_arrays(thing: str) -> Iterator[Case]:
    code = "E_PATH" if thing in LEADING_OUT else "E_MISSING"
    make = with_thing(_annotated(), "in/train_set/annotations/1_exp.npy", thing)
    yield ingest(KIND, f"{thing} as an annotation", make, Stored(1, {code: 1}))
    words = npy_bytes(np.array(["happy", "sad"]))
    pictures = npy_bytes(np.stack([draw(n) for n in (0, 1)]))
    make = with_thing({"images.npy": pictures}, "in/labels.npy", thing)
    yield ingest(KIND, f"{thing} as labels.npy", make, Refused(r"error: in\b|labels\.npy"))
    make = with_thing({"labels.npy": words}, "in/images.npy", thing)
    yield ingest(KIND, f"{thing} as images.npy", make, Refused(r"error: in\b|images\.npy"))
    for name in ("X_test.npy", "more.npz", "more.h5", "class_names.npy"):
        make = with_thing({"images.npy": pictures, "labels.npy": words}, f"in/{name}", thing)
        yield ingest(KIND, f"{thing} as {name} beside arrays", make, Stored(2))
