"""Damaged and hostile stores: named in one line, never followed, never read as valid."""

import json
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest

from fercurate.errors import StoreError
from fercurate.store.store import Store
from tests.store.edits import edit_head, edit_part, flip, parts_of


def damage_magic(store: Path) -> None:
    store.write_bytes(b"not hdf5 at all")


def damage_type(store: Path) -> None:
    edit_head(store, lambda file: file.attrs.update({"type": "something-else"}))


def damage_version(store: Path) -> None:
    edit_head(store, lambda file: file.attrs.update({"format_version": 99}))


def replaced(file: h5py.File, name: str, target: object) -> None:
    del file[name]
    file[name] = target


def foreign_part(store: Path) -> None:
    names = np.array([b"../../etc/passwd"] * 2)
    edit_head(store, lambda file: replaced(file, "parts/name", names))


def lost_part(store: Path) -> None:
    (parts_of(store) / "000001.h5").unlink()


def cut_part(store: Path) -> None:
    part = parts_of(store) / "000001.h5"
    part.write_bytes(part.read_bytes()[:-10])


def changed_columns(store: Path) -> None:
    part = parts_of(store) / "000001.h5"
    flip(part, part.read_bytes().index(b"fer2013:0000003"))


def changed_pixels(store: Path) -> None:
    part = parts_of(store) / "000001.h5"
    with h5py.File(part) as file:
        place = file["images/48x48"].id.get_offset()
    flip(part, place + 1000)


def external_link(store: Path) -> None:
    link = h5py.ExternalLink("/etc/other.h5", "/x")
    edit_part(store, lambda file: replaced(file, "samples/id", link))


def soft_link(store: Path) -> None:
    link = h5py.SoftLink("/samples/origin")
    edit_part(store, lambda file: replaced(file, "samples/id", link))


def external_storage(store: Path) -> None:
    def moved(file: h5py.File) -> None:
        count = len(file["samples/row"])
        del file["samples/row"]
        outside = [("/etc/passwd", 0, count * 8)]
        file["samples"].create_dataset("row", (count,), "i8", external=outside)

    edit_part(store, moved)


def compressed_bomb(store: Path) -> None:
    """A column that is larger than the memory, and next to nothing on the disk."""

    def grown(file: h5py.File) -> None:
        del file["samples/row"]
        file["samples"].create_dataset("row", (10**11,), "i8", chunks=(10**6,), compression=9)

    edit_part(store, grown)


def wide_text(store: Path) -> None:
    """One id of a size that would make every id of all parts as wide."""

    def widened(file: h5py.File) -> None:
        ids = file["samples/id"][:].astype("S10000000")
        replaced(file, "samples/id", ids[:1])

    edit_part(store, widened)


def many_parts(store: Path) -> None:
    """A head that says it lists a thousand million parts."""

    def grown(file: h5py.File) -> None:
        del file["parts/name"]
        file["parts"].create_dataset("name", (10**9,), "S9", chunks=(10**5,), compression=9)

    edit_head(store, grown)


def places_beyond_the_pool(store: Path) -> None:
    set_column(store, "samples/offset", 10**9)


@pytest.mark.parametrize(
    ("damage", "says"),
    [
        (damage_magic, "not a readable HDF5 file"),
        (damage_type, "something-else"),
        (damage_version, "Update fercurate"),
        (foreign_part, "a part named"),
        (lost_part, "move them together"),
        (cut_part, "expected"),
        (external_link, "no plain dataset"),
        (soft_link, "no plain dataset"),
        (external_storage, "another file"),
        (places_beyond_the_pool, "places outside"),
        (changed_columns, "other bytes"),
        (changed_pixels, "other bytes"),
        (compressed_bomb, "no plain dataset"),
        (wide_text, "wider than"),
        (many_parts, "no plain dataset"),
    ],
)
def test_a_damaged_or_hostile_store_is_named_not_followed(
    store: Path, damage: object, says: str
) -> None:
    damage(store)  # type: ignore[operator]
    with pytest.raises(StoreError, match=says):
        read_all(store)


def read_all(path: Path) -> None:
    with Store.open(path) as store:
        assert len(store.manifest)
        assert len(store.votes)
        store.images([0])


def wide_offset(store: Path) -> None:
    set_column(store, "samples/offset", 2**63 - 1)


def long_length(store: Path) -> None:
    set_column(store, "samples/length", 2)


def set_column(store: Path, name: str, value: object, row: int = 0) -> None:
    edit_part(store, lambda file: file[name].__setitem__(row, value))


def equal_ids(store: Path) -> None:
    edit_part(store, lambda file: file["samples/id"].__setitem__(1, file["samples/id"][0]))


def part_twice(store: Path) -> None:
    edit_head(store, lambda file: file["parts/name"].__setitem__(1, file["parts/name"][0]))


def wrong_rows(store: Path) -> None:
    edit_head(store, lambda file: file["parts/rows"].__setitem__(0, file["parts/rows"][0] + 1))


def lineage_of_text(store: Path) -> None:
    edit_head(store, lambda file: file["lineage"].__setitem__(0, b"{not json"))


def lineage_entry(store: Path, **changes: object) -> None:
    def changed(file: h5py.File) -> None:
        entry = json.loads(file["lineage"][0]) | changes
        replaced(file, "lineage", np.array([json.dumps(entry).encode()]))

    edit_head(store, changed)


def records_of_text(store: Path) -> None:
    lineage_entry(store, records="many")


def options_of_numbers(store: Path) -> None:
    lineage_entry(store, options={"reader": 7})


def options_that_are_a_list(store: Path) -> None:
    lineage_entry(store, options=["reader"])


def no_generation(store: Path) -> None:
    edit_head(store, lambda file: file.attrs.__delitem__("generation"))


def version_of_text(store: Path) -> None:
    edit_head(store, lambda file: file.attrs.update({"format_version": "x"}))


def vote_rows_outside(store: Path) -> None:
    edit_part(store, lambda file: file["rows"].__setitem__(0, -1), number=2)


def pixels_elsewhere(store: Path) -> None:
    ranges = np.array([b"0+99999999", b""])
    edit_head(store, lambda file: replaced(file, "parts/pixels", ranges))


@pytest.mark.parametrize(
    "damage",
    [
        wide_offset, long_length, equal_ids, part_twice, wrong_rows, lineage_of_text,
        no_generation, version_of_text, vote_rows_outside, records_of_text, options_of_numbers,
        options_that_are_a_list, pixels_elsewhere,
    ],
)  # fmt: skip
def test_no_damage_is_read_as_valid(store: Path, damage: object) -> None:
    damage(store)  # type: ignore[operator]
    with pytest.raises(StoreError):
        read_all(store)


def shifted_places(store: Path) -> None:
    def shifted(file: h5py.File) -> None:
        for name in ("pool", "offset", "length"):
            replaced(file, f"samples/{name}", file[f"samples/{name}"][1:])

    edit_part(store, shifted)


def test_places_of_another_length_are_damage(store: Path) -> None:
    shifted_places(store)
    with pytest.raises(StoreError):
        read_all(store)


def test_flipped_bits_are_never_built_from_and_never_a_traceback(
    run: Any, store: Path, tmp_path: Path
) -> None:
    rng = np.random.default_rng(11)
    parts = sorted(store.with_name("store.h5.parts").glob("0*.h5"))
    for number in range(24):
        path = [store, *parts][number % (len(parts) + 1)]
        whole = path.read_bytes()
        broken = bytearray(whole)
        place = int(rng.integers(len(broken) if number % 2 else min(len(broken), 12_000)))
        broken[place] ^= 1 << int(rng.integers(8))
        path.write_bytes(bytes(broken))
        for command in (["stats", store], ["build", "--recipe", "fer2013_seven", "--store", store]):
            result = run(*command, *(["-o", f"o{number}"] if command[0] == "build" else []))
            assert "internal error" not in result.err, (path.name, place, result.err)
            if command[0] == "build" and path != store:
                assert result.code == 1, (path.name, place)
        path.write_bytes(whole)
    assert run("build", "--recipe", "fer2013_seven", "--store", store, "-o", "whole").code == 0
