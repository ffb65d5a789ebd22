"""Measuring a store: once, resumed, the same for any number of workers."""

import hashlib
import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from typing import Any, BinaryIO

import numpy as np
import pytest

from fercurate.domain.sample import Reject, RejectCode
from fercurate.errors import StoreError
from fercurate.pipeline.measure import measure as measuring
from fercurate.pipeline.measure.measure import MeasureRequest, lacking, measure
from fercurate.screening.base import Gray, Values, View
from fercurate.store.store import Store
from fercurate.store.writer import open_writer


@dataclass
class Mean:
    """Mean gray value; stops with an error after some pictures."""

    kind: str = "mean"
    method: str = "mean-1"
    view: View = "face"
    columns: tuple[str, ...] = ("mean", "height")
    stop_after: float = np.inf
    seen: list[int] = field(default_factory=list)
    lock: Lock = field(default_factory=Lock)

    def measure(self, pictures: Sequence[Gray]) -> Values:
        with self.lock:
            self.seen.append(len(pictures))
            if sum(self.seen) > self.stop_after:
                raise KeyboardInterrupt
        return np.array([[p.mean(), len(p)] for p in pictures], dtype=np.float32).reshape(-1, 2)


def measure_now(path: Path, *measures: Mean, jobs: int = 0) -> dict[str, int]:
    """Measure a store; returns by kind how many samples it lacked."""
    request = MeasureRequest(measures, jobs=jobs)
    with Store.open(path) as store:
        counts = lacking(store, request)
        with measure(store, request) as after:
            assert not any(lacking(after, request).values())
            assert (after is store) == (not any(counts.values()))
    return counts


def values(store: Path, method: str = "mean-1") -> Values:
    with Store.open(store) as opened:
        found = opened.measured("mean", method)
    assert found is not None
    assert found.known.all()
    return found.values


def test_what_was_verified_before_measuring_is_not_read_again(
    store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hashed: list[int] = []
    whole = hashlib.file_digest

    def counted(file: BinaryIO, name: str) -> Any:
        hashed.append(os.fstat(file.fileno()).st_ino)
        return whole(file, name)

    monkeypatch.setattr(hashlib, "file_digest", counted)
    with Store.open(store) as before, measure(before, MeasureRequest((Mean(),))) as after:
        after.verify()
        after.verify()
        folder = store.with_name("store.h5.parts")
        parts = [(folder / part.name).stat().st_ino for part in after.head.parts]
    assert [place for place in hashed if place in parts] == sorted(set(parts), key=hashed.index)
    assert set(parts) <= set(hashed)


def test_every_sample_is_measured_once(store: Path) -> None:
    first = Mean()
    assert measure_now(store, first) == {"mean": 200}
    with Store.open(store) as opened:
        expected = [[image.mean(), 48] for image in opened.images(range(200))]
    assert np.allclose(values(store), np.array(expected), atol=1e-4)
    again = Mean()
    assert measure_now(store, again) == {"mean": 0}
    assert again.seen == []


def test_another_method_measures_anew(store: Path) -> None:
    measure_now(store, Mean())
    assert measure_now(store, Mean(method="mean-2")) == {"mean": 200}
    assert np.array_equal(values(store), values(store, "mean-2"))


def test_a_second_measure_reads_only_for_itself(store: Path) -> None:
    measure_now(store, Mean())
    known, other = Mean(), Mean(kind="second")
    assert measure_now(store, known, other) == {"mean": 0, "second": 200}
    assert sum(known.seen) == 0
    assert sum(other.seen) == 200


def test_an_interrupted_run_loses_at_most_a_chunk(
    store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(measuring, "CHUNK_ROWS", 32)
    with pytest.raises(KeyboardInterrupt):
        measure_now(store, Mean(stop_after=120), jobs=1)
    rest = Mean()
    assert measure_now(store, rest, jobs=1) == {"mean": 200}
    assert sum(rest.seen) == 200 - 96
    assert np.isfinite(values(store)).all()


def test_chunks_count_whatever_else_the_next_run_measures(
    store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(measuring, "CHUNK_ROWS", 32)
    with pytest.raises(KeyboardInterrupt):
        measure_now(store, Mean(stop_after=120), Mean(kind="second"), jobs=1)
    rest = Mean()
    measure_now(store, rest, jobs=1)
    assert sum(rest.seen) == 200 - 96


def test_an_interrupted_ingest_is_left_alone(store: Path) -> None:
    with open_writer(store, "ingest:more") as writer:
        writer.reject("toy", Reject(RejectCode.DECODE, "broken", "a.png"))
        writer.settle()
    with pytest.raises(StoreError, match="an interrupted change waits"):
        measure_now(store, Mean())
    with open_writer(store, "ingest:more") as writer, writer.staged() as staged:
        assert len(list(staged.rejects())) > 3


def test_the_same_values_for_any_number_of_workers(
    shared_store: Path, store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(measuring, "CHUNK_ROWS", 64)
    measure_now(store, Mean(), jobs=3)
    together = values(store)
    measure_now(store, Mean(method="mean-2"), jobs=1)
    assert np.array_equal(together, values(store, "mean-2"))


def test_faces_are_measured_inside_their_boxes(merged_store: Path, tmp_path: Path) -> None:
    import shutil

    shutil.copy(merged_store, tmp_path / "s.h5")
    shutil.copytree(merged_store.with_name("s.h5.parts"), tmp_path / "s.h5.parts")
    whole = Mean(kind="whole", view="whole")
    measure_now(tmp_path / "s.h5", Mean(), whole)
    with Store.open(tmp_path / "s.h5") as opened:
        boxes, heights = opened.array("box"), opened.manifest.numbers("height")
        face, full = (opened.measured(kind, "mean-1") for kind in ("mean", "whole"))
    assert face is not None
    assert full is not None
    boxed = np.isfinite(boxes).all(axis=1)
    assert boxed.any()
    assert np.array_equal(full.column("height"), heights)
    assert (face.column("height")[boxed] < heights[boxed]).any()
    assert np.array_equal(face.column("height")[~boxed], heights[~boxed])


def test_spare_measures_fail_nothing_where_a_store_cannot_be_changed(store: Path) -> None:
    request = MeasureRequest((Mean(),), spare=(Mean(kind="spare"),))
    with (
        Store.open(store) as opened,
        open_writer(store, "ingest:other"),
        pytest.raises(StoreError, match="another process is changing"),
    ):
        measure(opened, request)
    measure_now(store, Mean())
    with Store.open(store) as opened:
        with open_writer(store, "ingest:other"):
            assert measure(opened, request) is opened
        assert lacking(opened, request) == {"mean": 0, "spare": 200}
        with measure(opened, request) as after:
            assert lacking(after, request) == {"mean": 0, "spare": 0}
