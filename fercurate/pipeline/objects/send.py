"""Sending: a folder that is whole becomes objects; their digests are sent last."""

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
from fercurate.files.remote.objects import ObjectPlace, is_url, shown_url
from fercurate.pipeline.events import Advanced, Finished, Listener, Started, ignore
from fercurate.pipeline.objects.fetch import check_names, file_name
from fercurate.pipeline.objects.sums import BESIDE, MARK, SUMS, SentMark, read_mark, sums_text

_AT_ONCE = 8


def sent_place(named: str | Path, folder: Path) -> str:
    """The URL to which a folder beside the output, or the output itself, is sent; "" for paths."""
    if not is_url(named):
        return ""
    return f"{shown_url(ObjectPlace.of(str(named)).parent)}/{folder.name}"


@contextmanager
def local_output(
    named: str | Path, listen: Listener = ignore, *, overwrite: bool = False
) -> Iterator[Path]:
    """The folder to write for what is named: a path as it is, for a URL one that is then sent.

    What is written beside that folder is sent beside it.

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
    waiting.mkdir(mode=0o700, parents=True)
    try:
        yield waiting / file_name(place)
        folders = sorted(path for path in waiting.iterdir() if path.is_dir())
        places = [ObjectPlace.of(f"{place.parent}/{path.name}") for path in folders]
        for one in places:
            check_free(one, overwrite=overwrite)
        for path, one in zip(folders, places, strict=True):
            send(path, one, listen)
    finally:
        shutil.rmtree(waiting, ignore_errors=True)


def send(folder: Path, place: ObjectPlace, listen: Listener = ignore) -> None:
    """Send all files of a folder as objects below a place; what was sent before is removed.

    While it is sent, an object says so; ``SHA256SUMS`` comes last.

    Raises:
        InputError: a name that cannot be fetched again; the store does not answer, or refuses.
    """
    paths = {path.relative_to(folder).as_posix(): path for path in _files(folder)}
    check_names(paths, str(folder))
    listed = place.objects()
    mark = read_mark(place, listed)
    before = mark.names if mark is not None else frozenset[str]()
    _send_text(place, MARK, SentMark(before | paths.keys(), whole=False).to_text())
    if SUMS in listed:
        place.remove(SUMS)
    total = sum(path.stat().st_size for path in paths.values())
    listen(Started(f"sending {place.name}", total, "bytes"))

    def one(name: str) -> int:
        place.send(paths[name], name)
        return paths[name].stat().st_size

    for sent in map_ordered(one, paths, _AT_ONCE, ahead=1):
        listen(Advanced(sent))
    listen(Finished())
    for name in sorted((before & listed.keys()) - paths.keys()):
        place.remove(name)
    _send_text(place, SUMS, sums_text({n: sha256_of(path) for n, path in paths.items()}))
    _send_text(place, MARK, SentMark(frozenset(paths), whole=True).to_text())


def _send_text(place: ObjectPlace, name: str, text: str) -> None:
    with TemporaryDirectory(prefix="fercurate-") as folder:
        path = Path(folder) / "text"
        path.write_text(text, encoding="utf-8")
        place.send(path, name)


def _files(folder: Path) -> list[Path]:
    found = (path for path in folder.rglob("*") if path.is_file())
    return sorted(path for path in found if path not in {folder / name for name in BESIDE})


def check_free(place: ObjectPlace, *, overwrite: bool) -> None:
    """Refuse a place that has objects, unless all are ours and may be replaced.

    Raises:
        ConflictError: they are not, or may not.
    """
    listed = place.objects()
    if not listed:
        return
    mark = read_mark(place, listed)
    others = sorted(listed.keys() - (mark.names if mark else set()) - BESIDE)
    if mark is None or others:
        first = (others or [SUMS])[0][:80] or place.name
        raise ConflictError(
            f"an object is there that fercurate did not send: {first}",
            where=place.url,
            fix="Name another place",
        )
    if not overwrite:
        raise ConflictError(
            f"{len(listed):,} objects are there already"
            if mark.whole
            else "an earlier run was interrupted while it was sent",
            where=place.url,
            fix="Name another place, or replace them with --overwrite",
        )
