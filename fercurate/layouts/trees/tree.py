"""What trees of pictures share: pictures written by many workers, then the tables beside them."""

import os
import re
from abc import abstractmethod
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from fercurate.layouts.base import (
    Layout,
    LayoutData,
    LayoutPlan,
    LayoutSplit,
    LayoutWork,
    kept_splits,
)
from fercurate.layouts.encoding import SUFFIXES, Encoding, PictureFormat

_PLAIN = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.+-]{0,99}")

_TAKEN = frozenset(("layout.json", "readme.md", "rows.csv", "croissant.json", "classes.txt"))
_SHOWN, _LONGEST = 60, 400

_FLAGS = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC

SPLIT_NAMES: tuple[str, ...] = ("train", "val", "test")
SCREENED = "test_screened"


def check_names(where: str, *names: str) -> None:
    """Refuse a name that is no plain one for a file or a folder, or one that we use ourselves.

    Raises:
        ValueError: it is empty, leads elsewhere, has other characters than usual, or is taken.
    """
    for name in names:
        if not _PLAIN.fullmatch(name) or name.endswith("."):
            shown = name if len(name) <= _SHOWN else f"{name[:_SHOWN]}..."
            raise ValueError(f"{where}: {shown!r}; expected a plain name of letters and digits")
        if name.casefold() in _TAKEN:
            raise ValueError(
                f"{where}: {name!r} is what fercurate writes itself; take another name"
            )


def check_paths(where: str, *paths: str) -> None:
    """Refuse paths of which some part is no plain name, or that are longer than usual.

    Raises:
        ValueError: one is.
    """
    for path in paths:
        check_names(where, *path.split("/"))
        if len(path) > _LONGEST:
            raise ValueError(f"{where}: a path of {len(path)} letters; at most {_LONGEST}")


def check_apart(files: Sequence[str], folders: Sequence[str]) -> None:
    """Refuse tables that would lie where a folder or a picture is to be.

    Raises:
        ValueError: the path of a table is that of a folder, or leads through one another.
    """
    for name in files:
        for folder in folders:
            if name == folder or folder.startswith(f"{name}/") or _is_picture_in(name, folder):
                raise ValueError(f"files: {name!r} is in the way of the folder {folder!r}")


def _is_picture_in(name: str, folder: str) -> bool:
    return name.startswith(f"{folder}/") and name.endswith((".png", ".jpg"))


def check_evaluated(evaluated: str, names: Sequence[str]) -> None:
    """Refuse a place that the trainer looks into and that no split has.

    Raises:
        ValueError: it is none of them.
    """
    if evaluated and evaluated not in names:
        raise ValueError(f"evaluated: {evaluated[:_SHOWN]!r}; expected one of {', '.join(names)}")


def named_splits(names: Sequence[str]) -> dict[str, str]:
    """The layout's names of train, val and test; also ``test_screened``, by that name."""
    places = dict(zip(SPLIT_NAMES, names, strict=True))
    return {**places, SCREENED: f"{places['test']}_screened"}


@dataclass(frozen=True)
class PictureTree(Layout):
    """A layout in which every picture is a file: what is common to all of them.

    ``rgb`` writes a gray picture as three equal channels, for readers that take no others.
    """

    is_tree: ClassVar[bool] = True

    pictures: PictureFormat = "png"
    rgb: bool = False

    @property
    def suffix(self) -> str:
        """The suffix of the pictures, which readers may ask for whatever the bytes are."""
        return SUFFIXES[self.pictures]

    @property
    def encoding(self) -> Encoding:
        """How its pictures are files."""
        return Encoding(self.pictures, self.rgb)

    @abstractmethod
    def side_files(self, data: LayoutData, plan: LayoutPlan) -> Iterator[tuple[str, bytes]]:
        """Yield the files beside the pictures: path and content."""

    def annotations(self, split: LayoutSplit, plan: LayoutPlan) -> Iterator[tuple[str, bytes]]:
        """Yield what tells of single pictures: the ``companions`` of each, and their content."""
        del split, plan
        yield from ()

    def empty_folders(self, plan: LayoutPlan) -> Iterator[str]:
        """Yield folders that must be there even if they hold nothing."""
        del plan
        yield from ()

    def write(self, folder: Path, data: LayoutData, plan: LayoutPlan, work: LayoutWork) -> set[str]:
        """Write pictures and tables; return the tables."""
        for name in self.empty_folders(plan):
            (folder / name).mkdir(parents=True, exist_ok=True)
        for split in kept_splits(data, plan):
            self._write_pictures(folder, split, plan.files[split.split], work)
        written = set()
        with OpenFolders(folder) as folders:
            for name, content in self.side_files(data, plan):
                folders.write(name, content)
                written.add(name)
            for split in kept_splits(data, plan):
                for name, content in self.annotations(split, plan):
                    folders.write(name, content)
        return written

    def _write_pictures(
        self, folder: Path, split: LayoutSplit, files: Sequence[str], work: LayoutWork
    ) -> None:
        with OpenFolders(folder) as folders:
            for parent in {name.rpartition("/")[0] for name in files}:
                folders.open(parent)  # before there are several threads

            def write(first: int, contents: Sequence[bytes]) -> None:
                names = files[first : first + len(contents)]
                for name, content in zip(names, contents, strict=True):
                    folders.write(name, content)

            for _ in work.by_files(split, self.encoding, write):
                pass


class OpenFolders(AbstractContextManager["OpenFolders"]):
    """Folders that are kept open, so that the system looks up a name and no path for each file."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._opened = ExitStack()
        self._descriptors: dict[str, int] = {}

    def open(self, parent: str) -> int:
        """A folder below the root, made where it is not there."""
        descriptor = self._descriptors.get(parent)
        if descriptor is None:
            (self._root / parent).mkdir(parents=True, exist_ok=True)
            flags = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC
            descriptor = os.open(self._root / parent, flags)
            self._opened.callback(os.close, descriptor)
            self._descriptors[parent] = descriptor
        return descriptor

    def write(self, path: str, content: bytes) -> None:
        """Write a new file; safe to use from several threads once its folder is open."""
        parent, _, name = path.rpartition("/")
        descriptor = os.open(name, _FLAGS, 0o666, dir_fd=self.open(parent))
        try:
            written = os.write(descriptor, content)
            while written < len(content):
                written += os.write(descriptor, content[written:])
        finally:
            os.close(descriptor)

    def __exit__(self, *_: object) -> None:
        self._opened.close()


def row_name(split: LayoutSplit, data: LayoutData, suffix: str) -> Callable[[int], str]:
    """What gives a row its file name: ``train_00012.png`` is row 12 of train."""
    return f"{split.split}_{{:0{data.digits}d}}{suffix}".format


def code_lines(names: Iterable[str], codes: Sequence[int]) -> bytes:
    """Lines of a name, a blank and a code."""
    text = "".join(f"{name} {code}\n" for name, code in zip(names, codes, strict=True))
    return text.encode()
