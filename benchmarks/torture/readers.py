"""Every reader of bytes as the fuzzer calls it: seeds, and what may be raised."""

import io
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import numpy as np
from PIL import Image

from benchmarks.torture.material import RECIPE, Material, forget
from fercurate.errors import FercurateError, FormatError
from fercurate.export.reader import read_export
from fercurate.files.pictures.decode import decode_image
from fercurate.recipe.loader import parse_recipe
from fercurate.recipe.shipped import find_recipe
from fercurate.sources.affectnet.npy_values import npy_texts
from fercurate.sources.base import AnySource
from fercurate.sources.registry import READERS
from fercurate.store.store import Store
from fercurate.training.shared.errors import ExportError as KitError
from fercurate.training.shared.export import read_export as read_by_kit

FORMATS = ("PNG", "JPEG", "BMP", "TIFF", "GIF", "WEBP", "PPM", "JPEG2000", "TGA")


@dataclass(frozen=True, slots=True)
class Reader:
    """A reader by name: its seeds, what it does with a content, and errors that are its own."""

    name: str
    seeds: tuple[bytes, ...]
    read: Callable[[bytes], object]
    errors: tuple[type[Exception], ...] = (FercurateError,)
    weight: int = 1


def readers(material: Material, folder: Path) -> Iterator[Reader]:
    """All readers; ``folder`` is where their files are written."""
    yield Reader("images", _pictures(), decode_image, (ValueError,), weight=8)
    yield Reader("annotations in .npy", _annotations(), npy_texts, (ValueError,), weight=4)
    recipes = [find_recipe(name).read_bytes() for name in (RECIPE, "seven_class", "smote_seven")]
    yield Reader("recipes", tuple(recipes), _recipe, weight=2)
    yield _source("fer2013", folder / "fer2013.csv", (_table(b","), _table(b";"), _votes()))
    yield _source("list", folder / "list" / "labels.csv", _lists(folder / "list"))
    yield _source("list", folder / "lines" / "labels.jsonl", _lines(folder / "lines"))
    yield _source("arrays", folder / "arrays" / "X_train.npy", _arrays(folder / "arrays"))
    head = Reader("heads", (material.store.read_bytes(),), _HeadReader(material, folder).read)
    yield head
    part = min(material.parts.glob("0*.h5"))
    yield Reader("parts", (part.read_bytes(),), _PartReader(material, folder, part.name).read)
    train = (material.export / "train.h5").read_bytes()
    errors = (FercurateError, KitError)
    yield Reader("exports", (train,), _ExportReader(material, folder).read, errors)


def _pictures() -> tuple[bytes, ...]:
    y, x = np.indices((24, 20))
    made = []
    for mode, pixels in (
        ("L", (x * 9 + y * 3) % 256),
        ("RGB", np.stack([x * 9, y * 7, x * y], -1) % 256),
    ):
        picture = Image.fromarray(pixels.astype(np.uint8), mode)
        for name in FORMATS:
            buffer = io.BytesIO()
            picture.save(buffer, name)
            made.append(buffer.getvalue())
    for options in ({"progressive": True}, {"exif": b"Exif\0\0MM\0*\0\0\0\x08\0\0\0\0\0\0"}):
        buffer = io.BytesIO()
        picture.save(buffer, "JPEG", **options)
        made.append(buffer.getvalue())
    return tuple(made)


def _annotations() -> tuple[bytes, ...]:
    values = (np.array(3), np.array("3"), np.array(0.25), np.arange(136.0), np.array([b"7"]))
    made = []
    for value in (*values, np.asfortranarray(np.arange(136.0).reshape(68, 2))):
        buffer = io.BytesIO()
        np.save(buffer, value)
        made.append(buffer.getvalue())
    return tuple(made)


def _recipe(content: bytes) -> None:
    parse_recipe(content.decode("utf-8", "surrogateescape"), "recipe.yaml")


def _source(name: str, path: Path, seeds: tuple[bytes, ...]) -> Reader:
    """A source that reads a file: recognized, read to its end, and described."""
    source = cast("AnySource", next(one for one in READERS if one.name == name))
    path.parent.mkdir(parents=True, exist_ok=True)

    def read(content: bytes) -> None:
        path.write_bytes(content)
        recognition = source.recognize(path)
        if recognition is not None:
            for _ in source.read(recognition, source.options()):
                pass

    return Reader(f"{name}: {path.suffix[1:]}", seeds, read)


def _table(delimiter: bytes) -> bytes:
    pixels = b" ".join(b"%d" % (value % 256) for value in range(2304))
    rows = [delimiter.join((b"%d" % label, pixels, b"Training")) for label in range(2)]
    return b"\n".join([delimiter.join((b"emotion", b"pixels", b"Usage")), *rows, b""])


def _votes() -> bytes:
    return b'emotion,pixels,Usage\n3,"%s",PublicTest\n' % b" ".join([b"7"] * 2304)


def _lists(folder: Path) -> tuple[bytes, ...]:
    _plant(folder)
    return (
        b"path,label,split\na.png,happy,train\nb.png,sad,test\n",
        b'image\tlabel\tsubject\n"a.png"\t3\tS1\nb.png\t4\tS2\n',
        b"a.png 3\nb.png 4\n",
    )


def _lines(folder: Path) -> tuple[bytes, ...]:
    _plant(folder)
    return (b'{"path": "a.png", "label": "happy"}\n{"path": "b.png", "label": "sad"}\n',)


def _plant(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for number, name in enumerate(("a.png", "b.png")):
        pixels = (np.arange(48 * 48).reshape(48, 48) * (number + 1)) % 256
        Image.fromarray(pixels.astype(np.uint8)).save(folder / name)


def _arrays(folder: Path) -> tuple[bytes, ...]:
    folder.mkdir(parents=True, exist_ok=True)
    np.save(folder / "y_train.npy", np.array(["happy", "sad"]))
    made = []
    for pictures in (np.zeros((2, 16, 16), np.uint8), np.zeros((2, 16, 16), "<f8")):
        buffer = io.BytesIO()
        np.save(buffer, pictures)
        made.append(buffer.getvalue())
    return tuple(made)


class _HeadReader:
    """A store whose head is what the fuzzer says; without a seal it is left to a slower test."""

    def __init__(self, material: Material, folder: Path) -> None:
        self._store = material.copy(folder / "heads").store

    def read(self, content: bytes) -> None:
        """Open the store."""
        if content.startswith(b"\x89HDF"):
            raise FormatError("an older head, which a child process reads")
        self._store.write_bytes(content)
        forget()
        Store.open(self._store)


class _PartReader:
    """A store with one part that is what the fuzzer says."""

    def __init__(self, material: Material, folder: Path, name: str) -> None:
        copied = material.copy(folder / "parts")
        self._store, self._part = copied.store, copied.parts / name

    def read(self, content: bytes) -> None:
        """Read all columns."""
        self._part.write_bytes(content)
        forget()
        with Store.open(self._store) as store:
            _ = (store.manifest, store.votes, list(store.rejects()))


class _ExportReader:
    """An export with one file that is what the fuzzer says, read by the tool and by the kit."""

    def __init__(self, material: Material, folder: Path) -> None:
        shutil.copytree(material.export, folder / "export")
        self._export = folder / "export"

    def read(self, content: bytes) -> None:
        """Read all rows, twice."""
        (self._export / "train.h5").write_bytes(content)
        forget()
        try:
            read_by_kit(self._export)
        except KitError:
            read_export(self._export)
