"""From what was asked to what it is: a stored sample, a row, a reject, a removed picture."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from fercurate.domain.sample import REJECT_MEANINGS, Pixels, RejectCode, pixel_digest
from fercurate.errors import InputError
from fercurate.export.exported_files import is_export
from fercurate.files.pictures.decode import decode_image
from fercurate.files.regular import is_regular, read_regular
from fercurate.pipeline.measure.duplicates import stored_pictures
from fercurate.pipeline.measure.face_reader import gray_picture
from fercurate.screening.duplicates.similarity import similar
from fercurate.screening.duplicates.thumbnails import thumbnails
from fercurate.store.store import Store

Kind = Literal["sample", "row", "reject", "removed", "unknown"]

_MOST_BYTES = 256 << 20
_LINE = re.compile(r"(?P<file>.+):(?P<line>[0-9]{1,18})")
_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Target:
    """What was asked turned out to be.

    ``sample_id`` is the stored sample, or the original that a row comes from; ``row_name`` the
    ``sample_id`` of the row itself. ``found_by`` says how it was found, ``others`` are further
    samples that fit as well, ``reject`` why a raw row could not be stored.
    """

    kind: Kind
    sample_id: str = ""
    row_name: str = ""
    found_by: str = ""
    others: tuple[str, ...] = ()
    reject: tuple[str, str, str] = ("", "", "")


def row_address(what: str) -> tuple[Path, str, int] | None:
    """File of an export, split ("" where the file holds one), and row; None if it is no such."""
    match = _LINE.fullmatch(what)
    if match is None:
        return None
    place, row = match["file"], int(match["line"])
    for path, split in ((place, ""), place.rsplit(":", 1) if ":" in place else (place, "")):
        if Path(path).suffix == ".h5" and is_regular(path) and is_export(Path(path)):
            return Path(path), split, row
    return None


@dataclass(frozen=True)
class StoreSearch:
    """Looks for something in a store."""

    store: Store

    def find(self, what: str) -> Target | None:
        """A sample by id, by raw file and line, by its picture, or by raw path; or a reject.

        Raises:
            InputError: a file that is no picture, and no raw file of a sample.
        """
        found = self._by_id(what) or self._by_line(what)
        if found is None and is_regular(what):
            picture = _picture(Path(what))
            found = None if picture is None else self._by_picture(picture)
            found = found or self._by_path(what)
            if found is None and picture is None:
                raise InputError(
                    "neither a picture that can be decoded nor a raw file of the store", where=what
                )
        return found or self._by_path(what)

    def _target(self, rows: NDArray[np.int64], found_by: str) -> Target | None:
        if not len(rows):
            return None
        names = self.store.manifest.take(rows[: _SHOWN + 1]).text("id")
        return Target("sample", str(names[0]), found_by=found_by, others=tuple(map(str, names[1:])))

    def _by_id(self, what: str) -> Target | None:
        return self._target(self._rows("id", what), "its id")

    def _rows(self, column: str, text: str) -> NDArray[np.int64]:
        return np.flatnonzero(self.store.manifest.is_one_of(column, [text]))

    def _by_line(self, what: str) -> Target | None:
        match = _LINE.fullmatch(what)
        if match is None:
            return None
        line = int(match["line"])
        for file in _tails(match["file"]):
            rows = self._rows("origin", file)
            rows = rows[self.store.manifest.numbers("line")[rows] == line]
            target = self._target(rows, "the line of its raw file") or self._reject(file, line)
            if target is not None:
                return target
        return None

    def _by_path(self, what: str) -> Target | None:
        for file in _tails(what):
            target = self._target(self._rows("origin", file), "its raw file")
            target = target or self._reject(file, None)
            if target is not None:
                return target
        return None

    def _reject(self, file: str, line: int | None) -> Target | None:
        for source, origin, at, code, message in self.store.rejects():
            if origin == file and line in (None, at):
                meaning = REJECT_MEANINGS[RejectCode(code)] if code in set(RejectCode) else ""
                where = f"{origin}:{at}" if at > 0 else origin
                told = "the line of its raw file" if line is not None else "its raw file"
                return Target("reject", source, where, told, reject=(code, meaning, message))
        return None

    def _by_picture(self, picture: Pixels) -> Target | None:
        """The samples with the very same picture, else a near duplicate; or a tombstone."""
        digest = pixel_digest(picture)
        target = self._target(self._rows("digest", digest), "the very same picture")
        if target is not None:
            return target
        if digest in self.store.tombstones:
            return Target("removed", found_by="the digest of a picture that was removed")
        gray = gray_picture(picture)
        rows = np.flatnonzero(self.store.manifest.is_one_of("digest", [pixel_digest(gray)]))
        return self._target(rows, "the same picture in gray") or self._near(gray)

    def _near(self, gray: Pixels) -> Target | None:
        table, mine = stored_pictures(self.store), thumbnails([gray])
        found = [np.empty(0, dtype=np.int64)]
        for rows in table.blocks(np.arange(len(self.store))):
            small = thumbnails(table.gray(rows)) if table.small is None else table.small[rows]
            found.append(rows[similar(np.broadcast_to(mine, small.shape), small)])
        return self._target(np.concatenate(found), "a nearly identical picture")


def _picture(path: Path) -> Pixels | None:
    """The picture in a file; None if it is none."""
    try:
        return decode_image(read_regular(path, _MOST_BYTES))
    except (OSError, ValueError):
        return None


def _tails(path: str) -> list[str]:
    """A path and its ends: raw files are known by their path below what was ingested."""
    parts = Path(path).as_posix().split("/")
    return ["/".join(parts[start:]) for start in range(len(parts))]
