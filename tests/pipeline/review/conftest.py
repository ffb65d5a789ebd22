"""A store of its own for reviews, which measure what they lack."""

from pathlib import Path

import pytest

from fercurate.pipeline.review.opening import open_review
from fercurate.pipeline.review.request import ReviewRequest
from tests.pipeline.care.stores import copied


@pytest.fixture(scope="session")
def shared_filtered(shared_filtered: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy in which is measured what reviews ask for beside all criteria; not to be changed."""
    path = copied(shared_filtered, tmp_path_factory.mktemp("reviewed") / "store.h5")
    with open_review(ReviewRequest(path, "not_human", author="anna", jobs=1)):
        return path


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Where answers go."""
    return tmp_path / "d.jsonl"
