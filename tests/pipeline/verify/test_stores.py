"""A store, verified: sound ones pass; damage, foreign files and older heads are findings."""

import random
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from fercurate.domain.sample import Sample
from fercurate.pipeline.ingest.ingest import ingest
from fercurate.pipeline.ingest.request import IngestRequest
from fercurate.pipeline.verify.findings import VerifyReport
from fercurate.pipeline.verify.verify import VerifyRequest, verify
from fercurate.store import writer as writer_module
from fercurate.store.store import Store
from fercurate.store.writer import open_writer
from fercurate.synthetic.affectnet import write_affectnet
from tests.pipeline.verify.tampering import finding, lines
from tests.store.edits import edit_part, flip, parts_of

FLIPS = 12


def look(store: Path) -> VerifyReport:
    return verify(VerifyRequest(store))


SOUND = [("shared_store", 3), ("shared_filtered", 3), ("merged_store", 8)]


@pytest.mark.parametrize(("name", "rejects"), SOUND)
def test_a_sound_store_passes(name: str, rejects: int, request: pytest.FixtureRequest) -> None:
    path = request.getfixturevalue(name)
    report = look(path)
    assert (report.kind, report.remarks, lines(report)) == ("store", (), [])
    with Store.open(path) as store:
        assert report.checked["pictures by digest"] == report.checked["samples"] == len(store)
        assert report.checked["parts by SHA-256"] == len(store.head.parts)
        assert report.checked["measurements"] == len(store.measured_kinds())
    assert report.checked["rejects"] == rejects


def files_of(store: Path) -> list[Path]:
    """The head, the marker, and every part."""
    return [store, *sorted(path for path in parts_of(store).iterdir() if path.name != "lock")]


def test_no_flipped_bit_is_silent(store: Path) -> None:
    draw, unnamed = random.Random(7), []
    for path in files_of(store):
        content = path.read_bytes()
        for place in draw.sample(range(len(content)), FLIPS):
            flip(path, place, place % 8)
            report = look(store)
            if not any(one.where.endswith(path.name) for one in report.findings):
                unnamed.append((path.name, place, lines(report)))
            path.write_bytes(content)
    assert unnamed == []
    assert look(store).passed


@pytest.mark.parametrize("part", [True, False])
def test_what_is_cut_short_or_gone_is_named(store: Path, part: bool) -> None:
    path = parts_of(store) / "000001.h5"
    if part:
        path.write_bytes(path.read_bytes()[:-1])
    else:
        path.unlink()
    report = look(store)
    assert any(one.where.endswith("000001.h5") for one in report.findings)
    assert report.remarks == ("what lies in damaged parts was not looked at",)


@pytest.mark.parametrize("name", ["notes.txt", "000001.h5.bak", "0000001.h5", "pending.h5.old"])
def test_a_foreign_file_is_named(store: Path, name: str) -> None:
    (parts_of(store) / name).write_text("mine")
    assert lines(look(store)) == [f"store.h5.parts/{name}: a file that no store makes"]


def test_an_older_head_put_back_has_lost_commits(store: Path, tmp_path: Path) -> None:
    head = store.read_bytes()
    write_affectnet(tmp_path / "more", per_class=1, seed=1, size=48)
    ingest(IngestRequest((tmp_path / "more",), store))
    newer = look(store)
    assert (newer.passed, newer.checked["samples"] > 200) == (True, True)
    store.write_bytes(head)
    report = look(store)
    made = newer.checked["commits"]
    assert finding(report, "store.h5", f"but {made} were made"), lines(report)
    assert report.checked["samples"] == 200
    assert all("in no commit; the next change removes it" in one for one in report.remarks)
    assert report.remarks


def toy(number: int) -> Sample:
    image = np.full((8, 8), number, dtype=np.uint8)
    return Sample(f"toy:{number}", "toy", image, "3", "happy", "Training", origin="toy.csv")


def test_an_interrupted_change_is_remarked_and_no_fault(
    store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writer_module, "CHUNK_ROWS", 2)
    with open_writer(store, "big") as writer:
        for number in range(6):
            writer.append(toy(number))
    report = look(store)
    assert (report.passed, report.checked["samples"]) == (True, 200)
    assert "pending.h5: of an interrupted change; the next one decides" in report.remarks


@pytest.mark.parametrize("name", ["pending.h5", "pending.h5.new", "damaged-3-pending.h5"])
def test_what_an_interrupted_change_left_is_remarked_whatever_it_is(store: Path, name: str) -> None:
    (parts_of(store) / name).write_bytes(b"x")
    report = look(store)
    assert lines(report) == []
    assert report.remarks == (f"{name}: of an interrupted change; the next one decides",)


def test_a_picture_that_is_not_its_samples_is_named_though_its_part_is_listed(
    store: Path,
) -> None:
    def swap(file) -> None:
        pictures = file["images/48x48"]
        pictures[3], pictures[5] = pictures[5], pictures[3]

    edit_part(store, swap)
    report = look(store)
    assert lines(report) == [
        f"fer2013:{row:07d}:{row}: the picture is not the one of its digest" for row in (3, 5)
    ]


NO_STORES: dict[str, Callable[[Path], object]] = {
    "text": lambda path: path.write_text("mine"),
    "nothing": lambda path: path.write_bytes(b""),
    "half of it": lambda path: path.write_bytes(path.read_bytes()[:999]),
}


@pytest.mark.parametrize("name", NO_STORES)
def test_a_head_that_is_none_is_a_finding(store: Path, name: str) -> None:
    NO_STORES[name](store)
    report = look(store)
    assert {one.where for one in report.findings} == {"store.h5"}, lines(report)
