"""What is not as it was written is noticed, by every command, before anything is made of it."""

import os
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from fercurate.domain.lineage import LineageEntry
from fercurate.domain.sample import Sample
from fercurate.errors import StoreError
from fercurate.files.hdf5 import new_hdf5
from fercurate.store import writer as writer_module
from fercurate.store.heads.head import read_head
from fercurate.store.layout import PENDING
from fercurate.store.store import Store
from fercurate.store.writer import open_writer
from tests.store.edits import flip, parts_of

ENTRY = LineageEntry("test", "toy", "test", "", "0", "now")


def toy(number: int) -> Sample:
    image = np.full((8, 8), number, dtype=np.uint8)
    return Sample(f"toy:{number}", "toy", image, "3", "happy", "Training", origin="toy.csv")


def fill(path: Path, *numbers: int, session: str = "s") -> str:
    """Store pictures; return what was said."""
    said: list[str] = []
    with open_writer(path, session, said.append) as writer:
        for number in numbers:
            writer.append(toy(number))
        writer.commit(ENTRY)
    return "".join(said)


@pytest.fixture
def small(tmp_path: Path) -> Path:
    path = tmp_path / "s.h5"
    fill(path, *range(5))
    return path


def test_every_flipped_bit_of_a_head_is_refused(small: Path) -> None:
    content = small.read_bytes()
    for place in range(len(content)):
        changed = bytearray(content)
        changed[place] ^= 1 << place % 8
        small.write_bytes(changed)
        with pytest.raises(StoreError, match=r"s\.h5"):
            Store.open(small)
    small.write_bytes(content)
    assert len(Store.open(small)) == 5


def test_every_flipped_bit_of_the_marker_is_refused(small: Path) -> None:
    marker = parts_of(small) / "committed"
    content = marker.read_bytes()
    for place in range(len(content) * 8):
        changed = bytearray(content)
        changed[place // 8] ^= 1 << place % 8
        marker.write_bytes(changed)
        with pytest.raises(StoreError, match="committed"):
            fill(small, 7)
    marker.write_bytes(content)
    assert fill(small, 7) == ""


def interrupted(path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A change that was interrupted after its second part; the place of its head."""
    monkeypatch.setattr(writer_module, "CHUNK_ROWS", 2)
    with open_writer(path, "big") as writer:
        for number in range(10, 16):
            writer.append(toy(number))
    return parts_of(path) / PENDING


def test_a_damaged_pending_head_is_set_aside(small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pending = interrupted(small, monkeypatch)
    content = pending.read_bytes()
    for place in range(0, len(content), 97):
        if not pending.exists():
            interrupted(small, monkeypatch)
        flip(pending, place, place % 8)
        said: list[str] = []
        with open_writer(small, "big", said.append) as writer:
            assert len(writer.staged()) == 5
        assert f"damaged-{place // 97 + 1}-pending.h5" in said[0]
    assert not pending.exists()
    assert fill(small, *range(10, 16), session="big") == ""
    assert len(Store.open(small)) == 11


def make_pipe(path: Path) -> None:
    os.mkfifo(path)


def make_folder(path: Path) -> None:
    (path / "below").mkdir(parents=True)


def make_circle(path: Path) -> None:
    path.symlink_to(path.name)


def make_other(path: Path) -> None:
    with new_hdf5(path) as file:
        file["a"] = [1]


@pytest.mark.parametrize("make", [make_pipe, make_folder, make_circle, make_other])
def test_whatever_stands_for_a_pending_head_never_blocks(small: Path, make: object) -> None:
    make(parts_of(small) / PENDING)  # type: ignore[operator]
    assert "set aside as damaged-1-pending.h5" in fill(small, 7)
    assert len(Store.open(small)) == 6
    assert not os.path.lexists(parts_of(small) / PENDING)


@pytest.mark.parametrize("place", [1000, -100])
def test_nothing_is_committed_on_top_of_damage(small: Path, place: int) -> None:
    part = parts_of(small) / "000001.h5"
    flip(part, place)
    head = small.read_bytes()
    with pytest.raises(StoreError, match=r"000001\.h5: other bytes than when it was written"):
        fill(small, 7)
    assert small.read_bytes() == head


def test_counting_leaves_out_the_pictures_and_reading_them_does_not(small: Path) -> None:
    (entry,) = read_head(small).parts
    ((offset, length),) = entry.pixels
    assert length == 5 * 64
    flip(parts_of(small) / "000001.h5", offset)
    with Store.open(small) as store:
        assert len(store.manifest) == 5
        with pytest.raises(StoreError, match="other bytes"):
            store.images([4])
        with pytest.raises(StoreError, match="other bytes"):
            store.verify()


def older(path: Path) -> None:
    """The store as an earlier version left it: a head without a seal, a marker without digest."""
    head = read_head(path)
    with new_hdf5(path) as file:
        file.attrs["type"], file.attrs["format_version"] = "fercurate-store", 1
        file.attrs["generation"], file.attrs["session"] = head.generation, ""
        for name in ("name", "kind", "sha256"):
            file[f"parts/{name}"] = np.array([getattr(p, name).encode() for p in head.parts])
        for name in ("rows", "size"):
            file[f"parts/{name}"] = np.array([getattr(p, name) for p in head.parts])
        file["lineage"] = np.array([entry.to_json().encode() for entry in head.lineage])
    (parts_of(path) / "committed").write_text(f"{head.generation}\n")


def test_a_head_of_before_is_read_and_sealed_by_the_next_change(small: Path) -> None:
    older(small)
    assert small.read_bytes()[:4] == b"\x89HDF"
    with Store.open(small) as store:
        assert len(store.manifest) == 5
        assert store.images([2])[0].max() == 2
    fill(small, 7)
    assert small.read_bytes().startswith(b"fercurate-store\n")
    assert len(Store.open(small)) == 6


def test_a_damaged_head_of_before_crashes_nothing(small: Path) -> None:
    older(small)
    content = small.read_bytes()
    for place in range(40, len(content), 487):
        changed = bytearray(content)
        changed[place] ^= 0xFF
        small.write_bytes(changed)
        with suppress(StoreError):
            Store.open(small)


def test_every_command_names_the_damaged_part(run: Any, store: Path) -> None:
    part = parts_of(store) / "000001.h5"
    flip(part, part.read_bytes().index(b"fer2013:0000003"))
    commands = (
        ["stats", store],
        ["audit", store],
        ["filter", store],
        ["build", "--recipe", "fer2013_seven", "--store", store, "-o", "o"],
        ["preview", "--recipe", "fer2013_seven", "--store", store, "-o", "p"],
    )
    for command in commands:
        result = run(*command)
        assert result.code == 1, command
        assert "000001.h5: other bytes than when it was written" in result.err, command
