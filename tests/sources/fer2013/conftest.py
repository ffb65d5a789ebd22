"""Fixtures of FER-2013's tests."""

from collections.abc import Callable
from pathlib import Path

import pytest

from fercurate.errors import InputError
from fercurate.sources.fer2013.source import Fer2013
from tests import corpora
from tests.corpora import FerRows, Reading, read_corpus


@pytest.fixture(scope="session")
def corpus() -> FerRows:
    return corpora.fer_rows()


@pytest.fixture
def read() -> Callable[..., Reading]:
    """Recognize a path as FER-2013 and read all of it."""

    def call(path: Path, **options: object) -> Reading:
        if Fer2013().recognize(path) is None and Fer2013().recognize_asked(path) is None:
            raise InputError("not recognized", where=str(path))
        return read_corpus(Fer2013(), path, **options)

    return call


@pytest.fixture
def read_csv(tmp_path: Path, read: Callable[..., Reading]) -> Callable[..., Reading]:
    """Write a CSV (text or bytes) and read it."""

    def call(content: str | bytes, name: str = "fer2013.csv", **options: object) -> Reading:
        corpora.plant(tmp_path, {name: content})
        return read(tmp_path / name, **options)

    return call


@pytest.fixture
def plant(tmp_path: Path) -> Callable[..., Path]:
    """Write files below a folder: each path gets its own 48x48 picture, or the given bytes."""

    def call(*names: str, contents: dict[str, bytes] | None = None) -> Path:
        pictures = {
            name: corpora.encode(corpora.draw(number), name.rpartition(".")[2])
            for number, name in enumerate(names)
        }
        return corpora.plant(tmp_path / "tree", pictures | (contents or {}))

    return call


@pytest.fixture
def draw() -> Callable[..., object]:
    return corpora.draw


@pytest.fixture
def encoded() -> Callable[..., bytes]:
    """The bytes of a picture in the format of a suffix."""
    return corpora.encode
