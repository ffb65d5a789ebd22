"""What tests of several verbs count: stores opened, pictures shrunk."""

from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from fercurate.pipeline.measure import duplicates as searching
from fercurate.screening.duplicates import thumbnails as shrinking
from fercurate.store import store as reading
from fercurate.store.parts import stored_columns as columns
from fercurate.store.store import Store


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """How often a store is opened (``open``), its head read (``head``), a manifest (``manifest``).

    Heads count that are read for reading the store: a change reads its own.
    """
    counts: Counter[str] = Counter()

    def counted(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: Any) -> Any:
            counts[name] += 1
            return function(*arguments)

        return call

    own = Store.open.__func__  # type: ignore[attr-defined]
    monkeypatch.setattr(Store, "open", classmethod(counted("open", own)))
    monkeypatch.setattr(reading, "read_head", counted("head", reading.read_head))
    monkeypatch.setattr(columns, "_places", counted("manifest", columns._places))
    return counts


@pytest.fixture
def shrunk(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many pictures each call of ``thumbnails`` was given."""
    counts: list[int] = []
    original = shrinking.thumbnails

    def counted(pictures: Sequence[np.ndarray]) -> np.ndarray:
        counts.append(len(pictures))
        return original(pictures)

    monkeypatch.setattr(shrinking, "thumbnails", counted)
    monkeypatch.setattr(searching, "thumbnails", counted)
    return counts


@pytest.fixture(scope="session")
def shared_filtered(shared_store: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of ``shared_store`` in which everything is measured; not to be changed."""
    from shutil import copy, copytree

    from fercurate.pipeline.filter.filter import filter_store
    from fercurate.pipeline.filter.request import FilterRequest

    folder = tmp_path_factory.mktemp("filtered")
    copy(shared_store, folder / "store.h5")
    copytree(shared_store.with_name("store.h5.parts"), folder / "store.h5.parts")
    filter_store(FilterRequest(folder / "store.h5"))
    return folder / "store.h5"
