"""Workers of a scheduler that was there before: refused, gone, or without the work folder."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from fercurate.errors import EngineError
from fercurate.pipeline.engine.choice import ClusterChoice, engine_of
from fercurate.pipeline.engine.shards import WorkFolder
from fercurate.pipeline.engine.unit import Unit
from fercurate.pipeline.measure import measure as measuring
from fercurate.pipeline.measure.instruments import choose_instruments
from fercurate.pipeline.measure.measure import measure
from fercurate.store.store import Store
from tests.pipeline.engine.test_dask import CRITERIA, AtFirst

distributed = pytest.importorskip("distributed")
pytestmark = pytest.mark.xdist_group("dask")


@pytest.fixture(autouse=True)
def small_units(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(measuring, "CHUNK_ROWS", 8)


@pytest.fixture
def scheduler() -> Iterator[str]:
    """The address of a scheduler without workers."""
    with distributed.LocalCluster(
        n_workers=0,
        processes=True,
        dashboard_address="127.0.0.1:0",
        host="127.0.0.1",
        silence_logs=50,
    ) as cluster:
        yield cluster.scheduler_address


@pytest.fixture
def hire(scheduler: str, tmp_path: Path) -> Iterator[Callable[..., subprocess.Popen[bytes]]]:
    """Starts a worker of its own with some environment."""
    hired = []

    def start(**environment: str) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "distributed.cli.dask_worker", scheduler]
        options = [
            "--nthreads",
            "1",
            "--no-nanny",
            "--no-dashboard",
            "--local-directory",
            str(tmp_path),
        ]
        root = str(Path(__file__).resolve().parents[3])
        hired.append(
            subprocess.Popen(
                [*command, *options],
                env=os.environ | {"PYTHONPATH": root} | environment,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
        )
        return hired[-1]

    yield start
    for one in hired:
        one.kill()  # one that was refused may not hear that it is to end
        one.wait()


OTHER_INSTRUCTIONS = {"OPENCV_CPU_DISABLE": "AVX,AVX2,FMA3,AVX512_SKX,AVX512-SKX"}


def test_a_worker_that_computes_other_bytes_is_refused(
    store: Path, scheduler: str, hire: Callable[..., None]
) -> None:
    hire(**OTHER_INSTRUCTIONS)
    instruments = choose_instruments(("occluded",), None)
    with engine_of(ClusterChoice(scheduler), store, lambda _: None) as engine:
        assert engine is not None
        with (
            Store.open(store) as opened,
            pytest.raises(EngineError, match="the same versions, but other bytes on a drawn"),
            measure(opened, instruments.request(1, engine)),
        ):
            pass


def test_a_run_whose_workers_are_all_gone_ends(
    store: Path, scheduler: str, hire: Callable[..., subprocess.Popen[bytes]], monkeypatch: Any
) -> None:
    monkeypatch.setattr("fercurate.pipeline.engine.dask_engine._LOOK", 0.5)
    monkeypatch.setattr("fercurate.pipeline.engine.dask_engine._PATIENCE", 30)
    worker = hire()
    with engine_of(ClusterChoice(scheduler), store, lambda _: None) as engine:
        assert engine is not None

        def kill() -> None:
            monkeypatch.setattr("fercurate.pipeline.engine.dask_engine._PATIENCE", 1)
            worker.kill()

        request = choose_instruments(CRITERIA, None).request(1, engine)
        with (
            Store.open(store) as opened,
            pytest.raises(EngineError, match="all workers have been gone for"),
            measure(opened, request, AtFirst(kill)),
        ):
            pass


def test_a_work_folder_that_is_not_shared_is_said(
    store: Path, scheduler: str, hire: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    hire()
    monkeypatch.setattr(WorkFolder, "write_probe", lambda _: "probe-elsewhere")
    with engine_of(ClusterChoice(scheduler), store, lambda _: None) as engine:
        assert engine is not None
        units = engine.run([Unit("measure", "0" * 16, {})])
        with pytest.raises(EngineError, match=r"does not see it; expected a folder that all"):
            next(units)
