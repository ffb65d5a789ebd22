"""Objects of an object store by URL: listed, fetched and sent as a whole, never opened in place.

The only module that knows fsspec. What a store answers is taken for what anybody may have written:
names are checked before they become paths, and every error is said with the URL.
"""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from fercurate.errors import InputError, UsageError

_URL = re.compile(r"([A-Za-z][A-Za-z0-9+.-]+)://(.*)", re.DOTALL)
_WITH_PASSWORD = re.compile(r"://([^/]*@)")
_DRIVERS = {"s3": "s3fs", "s3a": "s3fs", "gs": "gcsfs", "gcs": "gcsfs"}
_TAGS = ("ETag", "etag", "md5Hash", "crc32c", "mtime", "LastModified", "created")


def is_url(text: object) -> bool:
    """Whether a text names a place in an object store: ``s3://bucket/faces``."""
    return isinstance(text, str) and _URL.fullmatch(text) is not None


def shown_url(text: str) -> str:
    """A URL without what nobody is to read: user and password, and what follows a ``?``."""
    return _WITH_PASSWORD.sub("://", text).partition("?")[0].rstrip("/")


@dataclass(frozen=True, slots=True)
class ObjectFacts:
    """What a store tells of an object: ``size`` in bytes (-1: not known), and a ``tag``.

    The tag changes with the content.
    """

    size: int
    tag: str


@dataclass(frozen=True, slots=True)
class ObjectPlace:
    """An object or a prefix of objects in a store; ``url`` has no password, ``parent`` has."""

    url: str
    name: str
    parent: str = field(repr=False)
    _files: Any = field(repr=False)
    _root: str = field(repr=False)
    _hidden: str = field(default="", repr=False)

    @classmethod
    def of(cls, text: str) -> "ObjectPlace":
        """The place that a URL names.

        Raises:
            UsageError: it is chained, has no name, or a package for its kind is missing.
        """
        shown = shown_url(text)
        match = _URL.fullmatch(text)
        if match is None or "::" in text or "\0" in text:
            raise UsageError("no URL of whole objects", where=shown, expected="s3://bucket/faces")
        kind, rest = match[1].lower(), match[2].strip("/")
        try:
            from fsspec.core import url_to_fs  # noqa: PLC0415  # an extra
        except ImportError:
            raise UsageError(
                "URLs need fsspec", where=shown, fix="pip install 'fercurate[s3]'"
            ) from None
        try:
            files, root = url_to_fs(text)
        except ImportError as error:
            package = _DRIVERS.get(kind, "")
            fix = f"pip install {package}" if package else str(error)
            raise UsageError(f"{kind}:// needs another package", where=shown, fix=fix) from None
        except ValueError:
            raise UsageError(f"no store of the kind {kind}://", where=shown) from None
        except Exception as error:  # noqa: BLE001  # drivers raise what they like
            said = _said(error, _hidden_in(text))
            raise UsageError(f"{kind}:// cannot be used ({said})", where=shown) from None
        name = rest.rpartition("/")[2]
        if not name:
            raise UsageError("no name after the store", where=shown, expected="s3://bucket/faces")
        parent = text.rstrip("/")[: -len(name) - 1]
        return cls(shown, name, parent, files, root.rstrip("/"), _hidden_in(text))

    def objects(self) -> Mapping[str, ObjectFacts]:
        """All objects by their names below the place; one with the name "" is the place itself.

        Raises:
            InputError: the store does not answer, or refuses.
        """
        with self._talking("cannot be listed"):
            self._files.invalidate_cache()
            try:
                found = self._files.find(self._root, detail=True)
            except FileNotFoundError:
                return {}
        listed = {
            path: _facts(one) for path, one in found.items() if one.get("type", "file") == "file"
        }
        start = f"{self._root}/"
        if set(listed) == {self._root}:
            return {"": listed[self._root]}
        below = {path[len(start) :]: facts for path, facts in listed.items() if path != self._root}
        return {name: facts for name, facts in below.items() if not name.endswith("/") and name}

    def fetch(self, name: str, path: Path) -> None:
        """Write an object's content to an empty file.

        Raises:
            InputError: it cannot be read.
            OSError: the file cannot be written.
        """
        with self._talking(f"{name or self.name}: cannot be read"):
            self._files.get_file(self._place(name), str(path))

    def send(self, path: Path, name: str) -> None:
        """Write a file's content as an object.

        Raises:
            InputError: the store refuses it, or keeps another number of bytes.
        """
        with self._talking(f"{name}: cannot be written"):
            self._files.put_file(str(path), self._place(name))
            self._files.invalidate_cache()
            kept = int(self._files.info(self._place(name))["size"])
        if kept != path.stat().st_size:
            raise InputError(f"{name}: {kept} bytes were kept", where=self.url)

    def remove(self, name: str) -> None:
        """Remove an object.

        Raises:
            InputError: the store refuses.
        """
        with self._talking(f"{name}: cannot be removed"):
            self._files.rm_file(self._place(name))

    def _place(self, name: str) -> str:
        return f"{self._root}/{name}" if name else self._root

    @contextmanager
    def _talking(self, what: str) -> Iterator[None]:
        """Say of any error of the store's driver what was tried; a full disk stays one."""
        try:
            yield
        except OSError as error:
            if error.errno is not None and error.filename is not None:
                raise
            raise InputError(f"{what} ({self._said(error)})", where=self.url) from None
        except Exception as error:  # noqa: BLE001  # drivers raise what they like
            raise InputError(f"{what} ({self._said(error)})", where=self.url) from None

    def _said(self, error: Exception) -> str:
        return _said(error, self._hidden)


def _facts(one: Mapping[str, Any]) -> ObjectFacts:
    tags = [str(one[name]) for name in _TAGS if one.get(name) is not None]
    size = one.get("size")
    return ObjectFacts(-1 if size is None else int(size), tags[0] if tags else "")


def _hidden_in(text: str) -> str:
    """User and password of a URL, as they stand in it; "" if there are none."""
    found = _WITH_PASSWORD.search(text)
    return found[1] if found else ""


def _said(error: Exception, hidden: str) -> str:
    """What an error says, in one line and without a password."""
    text = " ".join(str(error).split())
    text = text.replace(hidden, "") if hidden else text
    return f"{type(error).__name__}: {text}"[:300] if text else type(error).__name__
