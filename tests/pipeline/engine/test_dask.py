"""A cluster of two worker processes: the same bytes as threads, whatever dies in the middle."""

import os
import resource
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest

from fercurate.errors import EngineError
from fercurate.files.blocks import cut_rows
from fercurate.pipeline.building.build import BuildRequest, build
from fercurate.pipeline.building.rendering import renderer
from fercurate.pipeline.engine import dask_engine
from fercurate.pipeline.engine.choice import ClusterChoice, engine_of
from fercurate.pipeline.events import Advanced, Event, Notice
from fercurate.pipeline.measure import measure as measuring
from fercurate.pipeline.measure.instruments import choose_instruments
from fercurate.pipeline.measure.measure import measure
from fercurate.recipe.shipped import load_recipe, recipe_files
from fercurate.store.store import Store

distributed = pytest.importorskip("distributed")
psutil = pytest.importorskip("psutil")
pytestmark = pytest.mark.xdist_group("dask")
CRITERIA = ("too_dark", "blurred")
LOCAL = ClusterChoice("local:2")
UNITS = 25
"""Of 200 pictures, 8 each."""


@pytest.fixture(autouse=True)
def small_units(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(measuring, "CHUNK_ROWS", 8)


def parts(store: Path) -> dict[str, bytes]:
    folder = store.with_name(f"{store.name}.parts")
    return {path.name: path.read_bytes() for path in sorted(folder.glob("0*.h5"))}


def copy(store: Path, name: str) -> Path:
    other = store.with_name(f"{name}.h5")
    shutil.copy(store, other)
    shutil.copytree(f"{store}.parts", f"{other}.parts")
    return other


def run(store: Path, choice: ClusterChoice | None, listen: Callable[[Event], None]) -> None:
    instruments = choose_instruments(CRITERIA, None)
    with (
        engine_of(choice, store, listen) as engine,
        Store.open(store) as opened,
        measure(opened, instruments.request(1, engine), listen),
    ):
        pass


@pytest.fixture
def wanted(store: Path) -> dict[str, bytes]:
    other = copy(store, "threads")
    run(other, None, lambda _: None)
    return parts(other)


def workers_of(client: Any) -> dict[str, int]:
    """Process ids of workers by address."""
    return dict(client.run(os.getpid))


class AtFirst:
    """Listens, and does something once when the first pictures are measured."""

    def __init__(self, action: Callable[[], object]) -> None:
        self.action, self.done = action, False
        self.notices: list[str] = []

    def __call__(self, event: Event) -> None:
        if isinstance(event, Notice):
            self.notices.append(event.text)
        if isinstance(event, Advanced) and not self.done:
            self.done = True
            self.action()


def test_measured_by_a_cluster_a_store_is_the_same(store: Path, wanted: dict[str, bytes]) -> None:
    notices: list[str] = []
    run(store, LOCAL, lambda e: notices.append(e.text) if isinstance(e, Notice) else None)
    assert parts(store) == wanted
    assert notices == ["units run on 2 workers on 1 machine"]
    assert not store.with_name("store.h5.work").exists()


@pytest.mark.parametrize("recipe", sorted(recipe_files()))
def test_an_export_of_a_cluster_is_the_same(
    merged_store: Path, tmp_path: Path, recipe: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = shutil.copy(merged_store, tmp_path / "store.h5")
    shutil.copytree(f"{merged_store}.parts", f"{store}.parts")
    monkeypatch.setattr("fercurate.pipeline.building.rendering.units.BYTES", 1 << 15)
    found, notices = [], []
    for name, cluster in (("threads", None), ("cluster", LOCAL)):
        request = BuildRequest(
            load_recipe(recipe), store, tmp_path / name, framework="none", cluster=cluster
        )
        build(request, lambda e: notices.append(e.text) if isinstance(e, Notice) else None)
        files = sorted(path for path in (tmp_path / name).rglob("*") if path.is_file())
        found.append({path.relative_to(tmp_path / name): path.read_bytes() for path in files})
    assert found[0] == found[1]
    assert notices.count("units run on 2 workers on 1 machine") == 1
    assert not store.with_name("store.h5.work").exists()


def test_a_worker_killed_while_pictures_are_made_changes_nothing(
    store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("fercurate.pipeline.building.rendering.units.BYTES", 1)
    monkeypatch.setattr(renderer, "cut_rows", partial(cut_rows, most=8))

    def kill() -> None:
        spawned = psutil.Process().children(recursive=True)
        workers = [one for one in spawned if "spawn_main" in " ".join(one.cmdline())]
        assert len(workers) == 2
        workers[0].kill()

    found = []
    for name, cluster, listen in (("threads", None, print), ("cluster", LOCAL, AtFirst(kill))):
        request = BuildRequest(
            load_recipe("modified_fer"), store, tmp_path / name, framework="none", cluster=cluster
        )
        build(request, listen)
        files = sorted(path for path in (tmp_path / name).rglob("*") if path.is_file())
        found.append({path.relative_to(tmp_path / name): path.read_bytes() for path in files})
    assert isinstance(listen, AtFirst)
    assert listen.done
    assert found[0] == found[1]


def test_nothing_listens_to_other_machines_and_no_page_is_shown(store: Path) -> None:
    with engine_of(LOCAL, store, lambda _: None) as engine:
        assert engine is not None
        list(engine.run([]))
        client = engine._engine.client  # type: ignore[union-attr]
        info = client.scheduler_info(n_workers=-1)
        ports = [info["services"]["dashboard"]]
        ports += [one["services"]["dashboard"] for one in info["workers"].values()]
        assert all(address.startswith("tls://127.0.0.1:") for address in info["workers"])
        for port in ports:
            with pytest.raises(HTTPError, match="404"):
                urlopen(f"http://127.0.0.1:{port}/info/main/workers.html", timeout=10)
        for process in (os.getpid(), *workers_of(client).values()):
            for one in psutil.Process(process).net_connections("inet"):
                assert one.status != psutil.CONN_LISTEN or one.laddr.ip == "127.0.0.1"


def test_a_killed_worker_changes_nothing(store: Path, wanted: dict[str, bytes]) -> None:
    with engine_of(LOCAL, store, lambda _: None) as engine, Store.open(store) as opened:
        assert engine is not None

        def kill() -> None:
            client = engine._engine.client  # type: ignore[union-attr]
            os.kill(next(iter(workers_of(client).values())), signal.SIGKILL)

        listen = AtFirst(kill)
        request = choose_instruments(CRITERIA, None).request(1, engine)
        with measure(opened, request, listen):
            pass
    assert listen.done
    assert parts(store) == wanted


def test_a_worker_that_stands_still_is_not_waited_for(
    store: Path, wanted: dict[str, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dask_engine, "_LOOK", 0.2)
    monkeypatch.setattr(dask_engine, "_SLOW_AT_LEAST", 0.5)
    monkeypatch.setattr(dask_engine, "_SLOW", 0.0)
    stopped: list[int] = []
    with engine_of(LOCAL, store, lambda _: None) as engine, Store.open(store) as opened:
        assert engine is not None
        workers = workers_of(engine._connected().client)  # type: ignore[attr-defined]
        stopped.append(next(iter(workers.values())))
        os.kill(stopped[0], signal.SIGSTOP)  # as a machine that the network has lost
        try:
            request = choose_instruments(CRITERIA, None).request(1, engine)
            with measure(opened, request):
                pass
        finally:
            os.kill(stopped[0], signal.SIGCONT)
    assert parts(store) == wanted


SCRIPT = """
import os, signal, sys
from pathlib import Path
from fercurate.pipeline.engine.choice import ClusterChoice
from fercurate.pipeline.events import Advanced
from fercurate.pipeline.measure import measure as measuring
from tests.pipeline.engine.test_dask import LOCAL, run

def die(event):
    global seen
    if isinstance(event, Advanced):
        seen += 1
        if seen == 5:
            os.kill(os.getpid(), signal.SIGKILL)

if __name__ == "__main__":
    seen = 0
    measuring.CHUNK_ROWS = 8
    run(Path(sys.argv[1]), LOCAL, die)
"""


def test_after_a_killed_coordinator_nothing_sealed_is_done_again(
    store: Path, wanted: dict[str, bytes], tmp_path: Path
) -> None:
    script = tmp_path / "script.py"
    script.write_text(SCRIPT)
    root = str(Path(__file__).resolve().parents[3])
    environment = os.environ | {"PYTHONPATH": root}
    done = subprocess.run(
        [sys.executable, script, store], env=environment, check=False, timeout=300
    )
    assert done.returncode == -signal.SIGKILL
    time.sleep(1)
    folder = store.with_name("store.h5.work")
    sealed = {path.stem: path.stat().st_mtime_ns for path in folder.rglob("*.json")}
    assert 5 <= len(sealed) <= UNITS
    listen = AtFirst(lambda: None)
    run(store, LOCAL, listen)
    told = [one for one in listen.notices if "were there from before" in one]
    assert told or len(sealed) == 5
    assert parts(store) == wanted
    assert not folder.exists()


def test_a_worker_that_cannot_write_leaves_it_to_another(
    store: Path, wanted: dict[str, bytes]
) -> None:
    with engine_of(LOCAL, store, lambda _: None) as engine, Store.open(store) as opened:
        assert engine is not None

        def limit() -> None:
            client = engine._engine.client  # type: ignore[union-attr]
            first = next(iter(workers_of(client)))
            client.run(_no_more_files, workers=[first])

        request = choose_instruments(CRITERIA, None).request(1, engine)
        with measure(opened, request, AtFirst(limit)):
            pass
    assert parts(store) == wanted


def _no_more_files() -> None:
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (16, 16))


def test_a_full_work_folder_ends_the_run_with_its_reason(store: Path) -> None:
    before = parts(store)
    with engine_of(LOCAL, store, lambda _: None) as engine, Store.open(store) as opened:
        assert engine is not None

        engine._connected().client.run(_no_more_files)  # type: ignore[attr-defined]
        request = choose_instruments(CRITERIA, None).request(1, engine)
        with (
            pytest.raises(EngineError, match=r"failed 3 times: OSError: .*What is sealed stays"),
            measure(opened, request),
        ):
            pass
    assert {name: content for name, content in parts(store).items() if name in before} == before
