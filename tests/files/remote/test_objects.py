"""URLs of object stores: what is one, and what is said of those that are none."""

import builtins
from typing import Any

import pytest

from fercurate.errors import InputError, UsageError
from fercurate.files.remote.objects import ObjectPlace, is_url, shown_url


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("s3://bucket/faces", True),
        ("gs://b/x.csv", True),
        ("memory://x", True),
        ("/data/faces", False),
        ("C:\\faces", False),
        ("faces", False),
        ("s3:/bucket", False),
        ("://x", False),
    ],
)
def test_what_is_a_url(text: str, url: bool) -> None:
    assert is_url(text) == url
    assert not is_url(None)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("simplecache::s3://b/x", "no URL of whole objects"),
        ("zip://a.csv::s3://b/x.zip", "no URL of whole objects"),
        ("memory://a\0b", "no URL of whole objects"),
        ("nosuch://b/x", "no store of the kind nosuch://"),
        ("memory://", "no name after the store"),
    ],
)
def test_what_is_no_place(text: str, says: str) -> None:
    pytest.importorskip("fsspec", reason="URLs need fsspec")
    with pytest.raises(UsageError, match=says):
        ObjectPlace.of(text)


def test_a_missing_package_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    own = builtins.__import__

    def without(name: str, *more: Any) -> Any:
        if name.startswith("fsspec"):
            raise ImportError(name)
        return own(name, *more)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(UsageError, match=r"URLs need fsspec.*pip install 'fercurate\[s3\]'"):
        ObjectPlace.of("s3://b/x")


def test_a_missing_driver_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    core = pytest.importorskip("fsspec.core", reason="URLs need fsspec")

    def absent(_: str) -> None:
        raise ImportError("gcsfs")

    monkeypatch.setattr(core, "url_to_fs", absent)
    with pytest.raises(UsageError, match=r"gs:// needs another package.*pip install gcsfs"):
        ObjectPlace.of("gs://b/x")


def test_no_password_is_said() -> None:
    pytest.importorskip("fsspec", reason="URLs need fsspec")
    place = ObjectPlace.of("memory://me:secret@host/x/y")
    assert place.url == "memory://host/x/y"
    with pytest.raises(InputError) as caught:
        place.fetch("none", None)  # type: ignore[arg-type]
    assert "secret" not in str(caught.value)
    assert "secret" not in repr(place)
    assert shown_url("https://u:p@ss@host/x?sig=secret") == "https://host/x"


def test_what_a_driver_raises_is_said() -> None:
    pytest.importorskip("fsspec", reason="URLs need fsspec")
    with pytest.raises(UsageError, match="reference:// cannot be used"):
        ObjectPlace.of("reference://x/y")


def test_objects_are_listed_by_their_names_below() -> None:
    memory = pytest.importorskip("fsspec", reason="URLs need fsspec").filesystem("memory")
    memory.pipe("/bin/x/a", b"1")
    memory.pipe("/bin/x/b/c", b"22")
    place = ObjectPlace.of("memory://bin/x/")
    assert {name: one.size for name, one in place.objects().items()} == {"a": 1, "b/c": 2}
    assert place.name == "x"
    alone = ObjectPlace.of("memory://bin/x/a")
    assert {name: one.size for name, one in alone.objects().items()} == {"": 1}
    assert ObjectPlace.of("memory://bin/nothing").objects() == {}
