"""Random copies made by several processes: the same bytes, also where a process dies or is late."""

import os
import signal
from collections.abc import Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from fercurate.files.blocks import cut_rows
from fercurate.files.child import ChildService, Limits
from fercurate.pipeline.building import data_files
from fercurate.pipeline.building.build import BuildRequest, build
from fercurate.pipeline.building.rendering import renderer
from fercurate.pipeline.building.rendering.units import is_unchanged
from fercurate.pipeline.care.removal import RemoveRequest, remove
from fercurate.pipeline.engine import processes
from fercurate.pipeline.engine.processes import ProcessEngine
from fercurate.pipeline.engine.unit import Unit
from fercurate.recipe.loader import parse_recipe
from fercurate.store.store import Store

RECIPE = parse_recipe(
    """\
version: 1
name: drawn
description: random copies beside exact ones
sources: [fer2013]
labels: {scheme: seven}
splits: {kind: native, train: [Training], test: [PrivateTest]}
balance:
  - kind: offline
    copies:
      - {kind: rotate, degrees: 90}
      - {kind: albumentations, transform: Affine, rotate: [-10, 10], scale: [0.9, 1.1]}
""",
    "drawn.yaml",
)


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """Whether each unit was done by a process; small units, and many random copies are few."""
    monkeypatch.setattr(data_files, "MOST_BY_THREADS", 10)
    monkeypatch.setattr(data_files, "PROCESS_BYTES", 1 << 15)
    monkeypatch.setattr(renderer, "cut_rows", partial(cut_rows, most=16))
    done: list[bool] = []
    run = ProcessEngine.run

    def counted(self: ProcessEngine, units: Iterable[Unit]) -> Iterator[bytes | None]:
        for content in run(self, units):
            done.append(content is not None)
            yield content

    monkeypatch.setattr(ProcessEngine, "run", counted)
    return done


def built(store: Path, name: str, jobs: int) -> dict[str, bytes]:
    folder = store.with_name(name)
    build(BuildRequest(RECIPE, store, folder, framework="none", jobs=jobs))
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


@pytest.fixture
def wanted(store: Path) -> dict[str, bytes]:
    return built(store, "threads", 1)


def test_processes_make_the_same_bytes(
    store: Path, wanted: dict[str, bytes], made: list[bool]
) -> None:
    assert built(store, "processes", 2) == wanted
    assert len(made) > 4
    assert all(made)
    assert "applied.jsonl" in wanted


def test_one_worker_needs_no_process(
    store: Path, wanted: dict[str, bytes], made: list[bool]
) -> None:
    assert built(store, "alone", 1) == wanted
    assert made == []


def test_what_a_killed_process_leaves_is_made_here(
    store: Path, wanted: dict[str, bytes], made: list[bool], monkeypatch: pytest.MonkeyPatch
) -> None:
    ask, asked = ChildService.ask, []

    def ask_and_kill(self: ChildService, question: Any) -> Any:
        asked.append(question)
        if len(asked) == 3:
            os.kill((self._process or self._start()).pid, signal.SIGKILL)
        return ask(self, question)

    monkeypatch.setattr(ChildService, "ask", ask_and_kill)
    assert built(store, "processes", 2) == wanted
    assert made.count(False) == 1
    assert made.count(True) > 3


def test_what_takes_too_long_is_made_here(
    store: Path, wanted: dict[str, bytes], made: list[bool], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(processes, "LIMITS", Limits(seconds=0, memory=8 << 30))
    assert built(store, "processes", 2) == wanted
    assert made
    assert not any(made)


def test_a_store_that_was_changed_is_not_opened_again(store: Path) -> None:
    with Store.open(store) as opened:
        assert is_unchanged(opened)
        remove(RemoveRequest(store, ids=("fer2013:0000003",)))
        assert not is_unchanged(opened)
    with Store.open(store) as opened:
        assert is_unchanged(opened)
