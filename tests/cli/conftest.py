"""Snapshots: texts kept beside the tests, compared, and rewritten with UPDATE_SNAPSHOTS=1."""

import os
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from fercurate import __version__
from fercurate.pipeline import demo
from fercurate.synthetic.fer2013 import write_fer2013

SNAPSHOTS = Path(__file__).parent / "snapshots"
_UPDATE = "UPDATE_SNAPSHOTS"

Compare = Callable[[str, str], None]


@pytest.fixture
def snapshot(tmp_path: Path) -> Compare:
    """Compare a text with the snapshot of a name, such as ``stats/text.txt``.

    The scratch folder reads TMP in it, and the version VERSION.
    """

    def compare(name: str, text: str) -> None:
        path = SNAPSHOTS / name
        actual = text.replace(str(tmp_path), "TMP").replace(__version__, "VERSION")
        if os.environ.get(_UPDATE):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(actual, encoding="utf-8")
        assert path.is_file(), f"no snapshot {name}; write it with {_UPDATE}=1"
        assert actual == path.read_text(encoding="utf-8"), f"rewrite it with {_UPDATE}=1"

    return compare


@pytest.fixture
def small_demo(monkeypatch: pytest.MonkeyPatch) -> None:
    """A demo of a few pictures and one recipe: what it prints is the same, and shorter."""
    fer2013 = partial(write_fer2013, sizes=(70, 14, 14))
    monkeypatch.setattr(demo, "write_fer2013", fer2013)
    monkeypatch.setattr(demo, "RECIPES", ("fer2013_seven",))
