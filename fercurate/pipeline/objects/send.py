"""Sending: a folder that is whole becomes objects; its digests are sent last."""

import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from fercurate.errors import ConflictError
from fercurate.files.digest import sha256_of
from fercurate.files.parallel import map_ordered
from fercurate.files.remote.cache import cache_folder
from fercurate.files.remote.objects import ObjectPlace, is_url
from fercurate.pipeline.events import Advanced, Finished, Listener, Started, ignore
from fercurate.pipeline.objects.sums import SENDING, SUMS, sums_text

_AT_ONCE = 8


@contextmanager
def local_output(
    named: str | Path, listen: Listener = ignore, *, overwrite: bool = False
) -> Iterator[Path]:
    """The folder to write for what is named: a path as it is, for a URL one that is then sent.

    Raises:
        ConflictError: there are objects already that were not to be replaced, or none of ours.
        InputError, UsageError: as ``fetch`` has it.
    """
    if not is_url(named):
        yield Path(named)
        return
    place = ObjectPlace.of(str(named))
    check_free(place, overwrite=overwrite)
    waiting = cache_folder() / "outgoing" / secrets.token_hex(8)
    waiting.mkdir(parents=True)
    try:
        yield waiting / place.name
        if (waiting / place.name).is_dir():
            send(waiting / place.name, place, listen)
    finally:
        shutil.rmtree(waiting, ignore_errors=True)


def send(folder: Path, place: ObjectPlace, listen: Listener = ignore) -> None:
    """Send all files of a folder as objects below a place, whose older objects are removed.

    While it is sent, an object says so; ``SHA256SUMS`` comes last.

    Raises:
        InputError: the store does not answer, or refuses.
    """
    paths = {path.relative_to(folder).as_posix(): path for path in _files(folder)}
    before = place.objects()
    with _text_file("") as mark:
        place.send(mark, SENDING)
    if SUMS in before:
        place.remove(SUMS)
    total = sum(path.stat().st_size for path in paths.values())
    listen(Started(f"sending {place.name}", total, "bytes"))

    def one(name: str) -> int:
        place.send(paths[name], name)
        return paths[name].stat().st_size

    for sent in map_ordered(one, paths, _AT_ONCE, ahead=1):
        listen(Advanced(sent))
    listen(Finished())
    for name in sorted(before.keys() - paths.keys() - {SUMS, SENDING}):
        place.remove(name)
    digests = {name: sha256_of(path) for name, path in paths.items()}
    with _text_file(sums_text(digests)) as sums:
        place.send(sums, SUMS)
    place.remove(SENDING)


@contextmanager
def _text_file(text: str) -> Iterator[Path]:
    """A file of some text, for the time of a ``with``."""
    with TemporaryDirectory(prefix="fercurate-") as folder:
        path = Path(folder) / "text"
        path.write_text(text, encoding="utf-8")
        yield path


def _files(folder: Path) -> list[Path]:
    found = (path for path in folder.rglob("*") if path.is_file())
    return sorted(path for path in found if path not in (folder / SUMS, folder / SENDING))


def check_free(place: ObjectPlace, *, overwrite: bool) -> None:
    """Refuse a place that has objects, unless they are ours and may be replaced.

    Raises:
        ConflictError: they are not, or may not.
    """
    there = place.objects()
    if not there:
        return
    if not overwrite:
        raise ConflictError(
            "an earlier run was interrupted while it was sent"
            if SENDING in there
            else f"{len(there):,} objects are there already",
            where=place.url,
            fix="Name another place, or replace them with --overwrite",
        )
    if not {SUMS, SENDING} & set(there):
        raise ConflictError(
            f"the objects there were not sent by fercurate: none is {SUMS}",
            where=place.url,
            fix="Name another place",
        )
