"""Links that lead out of a corpus to files that could be read, and names that are no UTF-8."""

import io
import zipfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from benchmarks.torture.hostile.case import Case, Expected, Make, Refused, Stored, ingest
from benchmarks.torture.hostile.inputs import (
    GOOD_PICTURES,
    OUTSIDE,
    Content,
    Tree,
    content_of,
    draw,
    fer_csv,
    npy_bytes,
    path_case,
    plant,
    planted,
)

KIND = "leading out"

FLAT: Tree = {"a.png": 1, "b.png": 2}
LISTED: Tree = {**FLAT, "labels.csv": "path,label\na.png,happy\nx.png,sad\n"}
FER: Tree = {"fer2013.csv": fer_csv()}

LINKS: tuple[tuple[Tree, str, str, Expected], ...] = (
    (GOOD_PICTURES, "happy/x.png", "happy/e.png", Stored(4, {"E_PATH": 1})),
    (GOOD_PICTURES, "happy/x.jpg", "happy/e.png", Stored(4, {"E_PATH": 1})),
    (GOOD_PICTURES, "happy/x", "happy/e.png", Stored(4)),
    (GOOD_PICTURES, "fear", "happy", Stored(4, {"E_PATH": 1})),
    (GOOD_PICTURES, "train", "tree", Stored(4, {"E_PATH": 1})),
    (GOOD_PICTURES, "more", "tree", Stored(4)),
    (GOOD_PICTURES, "happy/anna", "happy", Stored(4)),
    (GOOD_PICTURES, "labels.csv", "labels.csv", Stored(4)),
    (GOOD_PICTURES, "fer2013.csv", "fer2013.csv", Stored(4)),
    (FLAT, "labels.csv", "labels.csv", Refused(r"error: in\b")),
    (FLAT, "list.txt", "labels.csv", Refused(r"error: in\b")),
    (LISTED, "x.png", "happy/e.png", Stored(1, {"E_PATH": 1})),
    ({}, "fer2013.csv", "fer2013.csv", Refused(r"error: in\b")),
    ({}, "mine.csv", "fer2013.csv", Refused(r"error: in\b")),
    (FER, "train.csv", "fer2013.csv", Stored(8)),
    (FER, "fer2013new.csv", "labels.csv", Stored(8)),
    ({}, "faces.npz", "faces.npz", Refused(r"error: in\b")),
    ({}, "tree.zip", "tree.zip", Refused(r"error: in\b")),
    ({}, "happy", "happy", Refused(r"error: in\b")),
)
"""What lies in the corpus, where the link stands, where it leads, and how that must end."""

PATHS: dict[str, int] = {"fer2013.csv": 8, "tree": 2, "tree.zip": 2, "faces.npz": 2}
"""What a link may be as the path itself, with the rows that are read."""

NAMES: dict[str, str] = {
    "bytes": "\udcff",
    "half a character": "\udce2\udc82",
    "bytes at the end": "q\udcff\udcfe",
    "bytes and letters": "q\udcffé",
}
"""Names whose bytes are no UTF-8, as Python writes them."""


def cases() -> Iterator[Case]:
    """Links out of every kind of corpus, and names that are no text."""
    for tree, name, target, expected in LINKS:
        where = f"{name} to {target} beside {', '.join(tree) or 'nothing'}"
        yield ingest(KIND, where, _linked(tree, f"in/{name}", target), expected)
    for name, added in PATHS.items():
        link = f"link{Path(name).suffix}"
        make = _linked({}, link, name)
        yield path_case(KIND, f"{name} as the path itself", make, Stored(added), link)
    for what, name in NAMES.items():
        yield from _named(what, name)


def _linked(tree: Tree, place: str, target: str) -> Make:
    def make(folder: Path) -> None:
        plant(folder / OUTSIDE, _readable())
        plant(folder / "in", tree)
        link = folder / place
        link.parent.mkdir(parents=True, exist_ok=True)
        up = "../" * place.count("/")
        link.symlink_to(f"{up}{OUTSIDE}/{target}")

    return make


def _readable() -> dict[str, Content]:
    """A file of each kind, each of which would be read."""
    tree = {"happy/e.png": 5, "sad/f.png": 6}
    packed, arrays = io.BytesIO(), io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, number in tree.items():
            archive.writestr(name, content_of(number))
    words = np.array(["happy", "sad"])
    np.savez(arrays, allow_pickle=False, images=np.stack([draw(1), draw(2)]), labels=words)
    files: dict[str, Content] = {f"tree/{name}": number for name, number in tree.items()}
    files |= {"happy/e.png": 5, "labels.csv": "path,label\na.png,sad\nb.png,happy\n"}
    return {
        **files,
        "fer2013.csv": fer_csv(),
        "tree.zip": packed.getvalue(),
        "faces.npz": arrays.getvalue(),
    }


def _named(what: str, name: str) -> Iterator[Case]:
    picture = planted(GOOD_PICTURES, {f"happy/{name}.png": 9})
    yield ingest(KIND, f"picture named {what}", picture, Stored(5))
    folder = planted(GOOD_PICTURES, {f"happy/{name}/x.png": 9})
    yield ingest(KIND, f"folder in a class named {what}", folder, Stored(5))
    above = planted({f"{name}/{place}": number for place, number in GOOD_PICTURES.items()})
    yield ingest(KIND, f"folder above classes named {what}", above, Stored(4))
    table = planted({f"{name}.csv": fer_csv()})
    yield ingest(KIND, f"table named {what}", table, Stored(8))
    path = planted({f"{name}.csv": fer_csv()}, below=".")
    yield path_case(KIND, f"path named {what}", path, Stored(8), f"{name}.csv")
    listed: Tree = {
        f"{name}.png": 1,
        "b.png": 2,
        "l.csv": f"path,label\n{name}.png,sad\nb.png,happy\n",
    }
    yield ingest(KIND, f"listed picture named {what}", planted(listed), Stored(2))
    own = planted(GOOD_PICTURES)
    store = ("ingest", "in", "--store", f"{name}.h5", "--json")
    yield Case(KIND, f"store named {what}", own, store, Stored(4))
    absent = ("ingest", f"{name}.csv", "--store", "s.h5")
    yield Case(KIND, f"absent path named {what}", own, absent, Refused("no such file"))
    arrays = planted(
        {
            f"{name}_images.npy": npy_bytes(np.stack([draw(1), draw(2)])),
            f"{name}_labels.npy": npy_bytes(np.array(["happy", "sad"])),
        }
    )
    yield ingest(KIND, f"arrays named {what}", arrays, Stored(2))
