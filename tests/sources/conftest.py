"""Fixtures of the tests of sources; the folders of corpora replace some by their own."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from fercurate.sources.base import AnySource
from tests import corpora, corpora_by_source
from tests.corpora import Reading, Tree, read_corpus


@pytest.fixture
def plant(tmp_path: Path) -> Callable[..., Path]:
    """Write a tree below a folder."""
    return lambda tree, root="tree": corpora.plant(tmp_path / root, tree)


@pytest.fixture
def read(plant: Callable[..., Path]) -> Callable[..., Reading]:
    """Plant a tree (or take a path), recognize it and read all of it."""

    def call(source: AnySource, tree: Tree | Path, **options: object) -> Reading:
        path = tree if isinstance(tree, Path) else plant(tree)
        return read_corpus(source, path, **options)

    return call


@pytest.fixture
def draw() -> Callable[[int], NDArray[np.uint8]]:
    """The picture that a tree holds for a number."""
    return lambda number: corpora.draw(number, corpora.SMALL)


@pytest.fixture
def encoded(draw: Callable[[int], NDArray[np.uint8]]) -> Callable[[int], bytes]:
    """The bytes of that picture."""
    return lambda number: corpora.encode(draw(number))


@pytest.fixture
def trees() -> dict[str, Tree]:
    return {name: dict(tree) for name, tree in corpora_by_source.TREES.items()}
