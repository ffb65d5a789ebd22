"""What ``--cluster`` and ``--work-dir`` say, and what is refused."""

from pathlib import Path

import pytest

from fercurate.errors import EngineError, UsageError
from fercurate.pipeline.engine.choice import ClusterChoice, cluster_address, engine_of
from fercurate.pipeline.engine.shards import WorkFolder
from fercurate.pipeline.engine.unit import Unit
from fercurate.pipeline.events import Listener, Notice


@pytest.mark.parametrize(
    "text",
    ["local:1", "local:64", "tcp://host:8786", "tls://10.0.0.1:8786", "file:/x/s.json"],
)
def test_addresses_of_clusters(text: str) -> None:
    assert cluster_address(text) == text


@pytest.mark.parametrize(
    "text",
    [
        *("local", "local:", "local:0", "local:65", "local:x", "local:-1", "Local:2"),
        *("host:8786", "tcp://", "tcp://host", "tcp://host:x", "tcp://host:99999", "file:"),
        *("http://host:80", "ucx://host:1", " local:2", "local:2 "),
    ],
)
def test_what_is_none_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="expected local:WORKERS, tcp://HOST:PORT"):
        cluster_address(text)


def test_a_work_folder_alone_is_refused(tmp_path: Path) -> None:
    assert ClusterChoice.of("") is None
    with pytest.raises(UsageError, match="a work folder and no cluster"):
        ClusterChoice.of("", tmp_path)


def test_nothing_is_started_before_a_unit_is_run(tmp_path: Path) -> None:
    with engine_of(ClusterChoice("tcp://127.0.0.1:9"), tmp_path / "s.h5", print) as engine:
        assert engine is not None
        assert engine.place == "tcp://127.0.0.1:9"
        assert engine.folder.path == tmp_path / "s.h5.work"
    assert list(tmp_path.iterdir()) == []
    with engine_of(None, tmp_path / "s.h5", print) as engine:
        assert engine is None


def run_one(choice: ClusterChoice, folder: Path, listen: Listener) -> None:
    with engine_of(choice, folder / "s.h5", listen) as engine:
        assert engine is not None
        list(engine.run([Unit("measure", "0" * 16, {})]))


def test_a_scheduler_that_is_not_there_is_said_and_nothing_is_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("distributed")
    monkeypatch.setattr("fercurate.pipeline.engine.dask_engine._ANSWER", 0.5)
    notices: list[str] = []
    choice = ClusterChoice("tcp://127.0.0.1:9", tmp_path / "work")

    def listen(event: object) -> None:
        notices.extend([event.text] if isinstance(event, Notice) else [])

    with pytest.raises(EngineError, match=r"--cluster tcp://127\.0\.0\.1:9: no cluster answers"):
        run_one(choice, tmp_path, listen)
    assert notices == []
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    choice = ClusterChoice("local:1", tmp_path / "file" / "work")
    with pytest.raises(EngineError, match=r"cannot be written .*--work-dir"):
        run_one(choice, tmp_path, print)


def test_an_open_port_is_warned_of(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from fercurate.pipeline.engine import dask_engine

    class Nobody:
        place = "nowhere"

        def run(self, units):
            return iter(())

    monkeypatch.setattr(dask_engine, "open_dask", lambda *_: Nobody())
    for address, warned in (("tcp://h:1", 1), ("tcp://localhost:1", 0), ("tls://h:1", 0)):
        told: list[Notice] = []
        choice = ClusterChoice(address, tmp_path / "work")
        with engine_of(choice, tmp_path / "s.h5", told.append) as engine:
            assert engine is not None
            list(engine.run([]))
        warnings = [one.text for one in told if one.warning]
        assert len(warnings) == warned
        assert all("can run code on its machines; use tls://" in one for one in warnings)


def test_the_folder_is_shared_by_its_whole_path() -> None:
    with engine_of(ClusterChoice("local:1", Path("work")), Path("s.h5"), print) as engine:
        assert engine is not None
        assert engine.folder == WorkFolder(Path.cwd() / "work")
