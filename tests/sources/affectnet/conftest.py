"""Fixtures of AffectNet's tests."""

from collections.abc import Callable
from pathlib import Path

import pytest

from fercurate.sources.affectnet.source import AffectNet
from tests import corpora
from tests.corpora import SMALL, Reading, Tree, affectnet_tree, read_corpus


@pytest.fixture(scope="session")
def draw() -> Callable[[int], bytes]:
    """The file that a tree holds for the picture of a number."""
    return lambda number: corpora.encode(corpora.draw(number, SMALL))


@pytest.fixture(scope="session")
def npy() -> Callable[..., bytes]:
    return corpora.npy_file


@pytest.fixture
def plant(tmp_path: Path) -> Callable[..., Path]:
    """Write files below a folder; see ``affectnet_tree`` for what their texts may hold."""
    return lambda files, root="corpus": corpora.plant(tmp_path / root, affectnet_tree(files))


@pytest.fixture
def read() -> Callable[..., Reading]:
    """Recognize a path as AffectNet and read all of it."""
    return lambda path, **options: read_corpus(AffectNet(), path, **options)


@pytest.fixture
def read_list(
    plant: Callable[[Tree], Path], read: Callable[..., Reading]
) -> Callable[..., Reading]:
    """Read a list beside the pictures ``1/a.jpg``, ``1/b.jpg`` and ``2/a.jpg``."""

    def call(content: str | bytes, name: str = "training.csv", **options: object) -> Reading:
        images = ("1/a.jpg", "1/b.jpg", "2/a.jpg")
        root = plant(
            {
                **{f"Manually_Annotated_Images/{image}": None for image in images},
                f"Manually_Annotated_file_lists/{name}": content,
            }
        )
        return read(root, **options)

    return call
