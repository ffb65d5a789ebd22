"""Fetching: whole objects into the cache, each compared with its digest before it is used."""

import hashlib
import json
import os
import shutil
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from fercurate.errors import InputError
from fercurate.files.atomic import whole_file
from fercurate.files.digest import sha256_of
from fercurate.files.lock import exclusive_lock
from fercurate.files.parallel import map_ordered
from fercurate.files.regular import is_regular, read_regular
from fercurate.files.remote.cache import cache_folder
from fercurate.files.remote.objects import ObjectFacts, ObjectPlace, is_url
from fercurate.pipeline.events import Advanced, Finished, Listener, Started, ignore
from fercurate.pipeline.objects.sums import BESIDE, SUMS, parse_sums, read_mark
from fercurate.sources.reading.path_index import plain_path

_AT_ONCE = 8
_MOST_SUMS = 1 << 30
_LONGEST = 200
"""Bytes of a part of a name: beside it stands a file with a longer one for a while."""


_RENAME = "Give it another name there"


def local_path(named: str | Path, listen: Listener = ignore) -> Path:
    """The path of what is named: a path as it is, of a URL what ``fetch`` gives."""
    return fetch(str(named), listen) if is_url(named) else Path(named)


def fetch(url: str, listen: Listener = ignore) -> Path:
    """Fetch an object, or all below a prefix, into the cache; return the file or folder there.

    What is there already and has not changed is not fetched again. Where the prefix has a file
    ``SHA256SUMS``, everything that it names must be there and have that digest.

    Raises:
        InputError: there is no such object, its name leads elsewhere, its content is another than
            told, the disk cannot hold it, or another process fetches the same.
        UsageError: it is no URL, or a package for it is missing.
    """
    place = ObjectPlace.of(url)
    listed = place.objects()
    if not listed:
        raise InputError("no such object", where=place.url, fix="Check the bucket and the name")
    mark = read_mark(place, listed)
    if mark is not None and not mark.whole:
        raise InputError(
            "it is being sent, or was interrupted on the way",
            where=place.url,
            fix="Wait for it, or send it again with --overwrite",
        )
    key = hashlib.sha256(place.url.encode()).hexdigest()[:16]
    folder = cache_folder() / "objects" / key
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    busy = InputError("another process fetches the same", where=place.url, fix="Wait for it")
    with exclusive_lock(folder / "lock", busy):
        copy = _CachedCopy(place, folder, listed)
        copy.refresh(listen)
    return copy.path


@dataclass(frozen=True, slots=True)
class _Known:
    """An object as it was when it was fetched, and the SHA-256 of what came."""

    facts: ObjectFacts
    sha256: str


@dataclass
class _CachedCopy:
    """The local copy of a place, in a folder of the cache, and a file of what was fetched."""

    place: ObjectPlace
    folder: Path
    listed: Mapping[str, ObjectFacts]
    known: dict[str, _Known] = field(default_factory=dict)

    @property
    def path(self) -> Path:
        """The copy: a file, or the folder of all that is below the prefix."""
        return self.folder / "copy" / file_name(self.place)

    def refresh(self, listen: Listener) -> None:
        """Make the copy what the store has now."""
        check_names(self.listed, self.place.url)
        self._read_index()
        self._drop_others()
        told = self._sums()
        wanted = [name for name in self.listed if not self._is_there(name)]
        self._check_room(wanted)
        listen(Started(f"fetching {self.place.name}", sum(self._sizes(wanted)), "bytes"))
        for name in map_ordered(lambda n: self._fetch(n, told), wanted, _AT_ONCE, ahead=1):
            listen(Advanced(max(self.listed[name].size, 0)))
        listen(Finished())
        for name, digest in told.items():
            if name not in self.listed:
                raise InputError(
                    f"{SUMS} names {name}, which is not there",
                    where=self.place.url,
                    fix=f"Send it as well, or make {SUMS} anew",
                )
            self._compare(name, self.known[name].sha256, digest)

    def _sizes(self, names: Iterable[str]) -> list[int]:
        return [max(self.listed[name].size, 0) for name in names]

    def _target(self, name: str) -> Path:
        """Where an object's copy lies; the digests are no part of it and lie beside it."""
        if name in BESIDE:
            return self.folder / name
        return self.path / name if name else self.path

    def _is_there(self, name: str) -> bool:
        """Whether the copy of an object is the one that the store has."""
        known, target = self.known.get(name), self._target(name)
        same = known is not None and known.facts == self.listed[name] and known.facts.tag
        return bool(same and is_regular(target) and known and sha256_of(target) == known.sha256)

    def _sums(self) -> dict[str, str]:
        if SUMS not in self.listed:
            return {}
        if self.listed[SUMS].size > _MOST_SUMS:
            raise InputError(f"{SUMS} has {self.listed[SUMS].size:,} bytes", where=self.place.url)
        self._fetch(SUMS, {})
        return parse_sums(read_regular(self._target(SUMS), _MOST_SUMS), self.place.url)

    def _fetch(self, name: str, told: Mapping[str, str]) -> str:
        target = self._target(name)
        target.parent.mkdir(parents=True, exist_ok=True)
        with whole_file(target) as staged:
            self.place.fetch(name, staged)
            size = staged.stat().st_size
            if self.listed[name].size not in (size, -1):
                raise InputError(
                    f"{name or self.place.name}: {size:,} bytes came",
                    where=self.place.url,
                    expected=f"{self.listed[name].size:,} bytes",
                    fix="It may have changed meanwhile: run again",
                )
            digest = sha256_of(staged)
            self._compare(name, digest, told.get(name, digest))
        self._note(name, _Known(self.listed[name], digest))
        return name

    def _compare(self, name: str, found: str, expected: str) -> None:
        if found != expected:
            raise InputError(
                f"{name or self.place.name}: other bytes than {SUMS} says",
                where=self.place.url,
                fix="It may be sent just now: run again; else send it anew",
            )

    def _check_room(self, names: list[str]) -> None:
        needed, free = sum(self._sizes(names)), shutil.disk_usage(self.folder).free
        if needed > free:
            raise InputError(
                f"{needed:,} bytes are to be fetched, and {free:,} are free",
                where=str(self.folder),
                fix="Name a folder with more room by FERCURATE_CACHE",
            )

    def _drop_others(self) -> None:
        """Remove from the copy all that the store does not have, links and empty folders."""
        kept = {self._target(name) for name in self.listed}
        for folder, folders, files in os.walk(self.folder / "copy", topdown=False):
            for path in (Path(folder) / name for name in files):
                if path not in kept or path.is_symlink():
                    path.unlink()
            for path in (Path(folder) / name for name in folders):
                if path.is_symlink():
                    path.unlink()
                elif path in kept or not any(path.iterdir()):
                    shutil.rmtree(path)

    @property
    def _index(self) -> Path:
        return self.folder / "fetched.jsonl"

    def _read_index(self) -> None:
        """What was fetched before: one line an object, the last one holds."""
        try:
            lines = self._index.read_text(encoding="utf-8", errors="replace").split("\n")
        except FileNotFoundError:
            return
        for line in lines:
            try:
                name, size, tag, digest = json.loads(line)
                if name in self.listed:
                    self.known[str(name)] = _Known(ObjectFacts(int(size), str(tag)), str(digest))
            except (ValueError, TypeError):  # a line that a kill cut short
                continue

    def _note(self, name: str, known: _Known) -> None:
        self.known[name] = known
        line = json.dumps([name, known.facts.size, known.facts.tag, known.sha256])
        with self._index.open("a", encoding="utf-8") as out:
            out.write(line + "\n")


def file_name(place: ObjectPlace) -> str:
    """The last part of a URL as the name of a file.

    Raises:
        InputError: it is none.
    """
    name = place.name
    if plain_path(name) != name or name in (".", "..") or len(name.encode()) > _LONGEST:
        raise InputError(f"no name of a file: {name[:80]!r}", where=place.url, fix=_RENAME)
    return name


def check_names(names: Collection[str], where: str) -> None:
    """Refuse names of objects that cannot be the paths of files below one folder.

    Raises:
        InputError: one leads elsewhere, has a line break or too long a part, is no text, or is
            both a file and a folder.
    """
    for name in names:
        try:
            long = max(map(len, name.encode().split(b"/"))) > _LONGEST
        except UnicodeEncodeError:
            long = True
        if name and (plain_path(name) != name or name.splitlines() != [name]):
            what = f"an object whose name leads elsewhere: {name[:80]!r}"
            raise InputError(what, where=where, fix=_RENAME)
        if long:
            raise InputError(f"no name of a file: {name[:80]!r}", where=where, fix=_RENAME)
        parents = name.split("/")[:-1]
        for depth in range(1, len(parents) + 1):
            if (parent := "/".join(parents[:depth])) in names:
                raise InputError(
                    f"{parent[:80]!r} is an object, and others lie below it",
                    where=where,
                    fix=_RENAME,
                )
