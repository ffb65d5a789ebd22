"""Fixtures of CK+'s tests."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from fercurate.sources.ckplus.source import CkPlus
from fercurate.synthetic.ckplus import write_ckplus48
from tests import corpora
from tests.corpora import FRAME, CkTree, Reading, read_corpus


@pytest.fixture
def tree(tmp_path: Path) -> CkTree:
    return CkTree(tmp_path / "tree")


@pytest.fixture
def read() -> Callable[..., Reading]:
    """Recognize a path as CK+ and read all of it."""
    return lambda path, **options: read_corpus(CkPlus(), path, **options)


@pytest.fixture
def draw() -> Callable[..., NDArray[np.uint8]]:
    return lambda number, shape=FRAME: corpora.draw(number, shape)


@pytest.fixture
def picture(draw: Callable[..., NDArray[np.uint8]]) -> Callable[..., bytes]:
    return lambda number, shape=FRAME: corpora.encode(draw(number, shape))


@pytest.fixture
def face_points() -> Callable[..., list[tuple[float, float]]]:
    return corpora.face_points


@pytest.fixture(scope="session")
def published48(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A CK+48 look-alike with the published counts, below a folder of its own."""
    folder = tmp_path_factory.mktemp("ck")
    write_ckplus48(folder / "CK+48")
    return folder
