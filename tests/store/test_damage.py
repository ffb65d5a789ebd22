"""Damaged and hostile stores: named in one line, never followed, never read as valid."""

from pathlib import Path

import h5py
import numpy as np
import pytest

from fercurate.errors import StoreError
from fercurate.sources.decode import decode_image
from fercurate.store.store import Store


def damage_magic(store: Path) -> None:
    store.write_bytes(b"not hdf5 at all")


def damage_type(store: Path) -> None:
    with h5py.File(store, "r+") as file:
        file.attrs["type"] = "something-else"


def damage_version(store: Path) -> None:
    with h5py.File(store, "r+") as file:
        file.attrs["format_version"] = 99


def foreign_part(store: Path) -> None:
    with h5py.File(store, "r+") as file:
        names = np.array([b"../../etc/passwd"] * len(file["parts/name"]))
        del file["parts/name"]
        file["parts/name"] = names


def lost_part(store: Path) -> None:
    (store.with_name("store.h5.parts") / "000001.h5").unlink()


def cut_part(store: Path) -> None:
    part = store.with_name("store.h5.parts") / "000001.h5"
    part.write_bytes(part.read_bytes()[:-10])


def rewrite_part(store: Path, name: str, target: object) -> None:
    part = store.with_name("store.h5.parts") / "000001.h5"
    with h5py.File(part, "r+") as file:
        del file[name]
        file[name] = target
    with h5py.File(store, "r+") as file:
        file["parts/size"][0] = part.stat().st_size


def external_link(store: Path) -> None:
    rewrite_part(store, "samples/id", h5py.ExternalLink("/etc/other.h5", "/x"))


def soft_link(store: Path) -> None:
    rewrite_part(store, "samples/id", h5py.SoftLink("/samples/origin"))


def external_storage(store: Path) -> None:
    part = store.with_name("store.h5.parts") / "000001.h5"
    with h5py.File(part, "r+") as file:
        count = len(file["samples/row"])
        del file["samples/row"]
        file["samples"].create_dataset(
            "row", (count,), "i8", external=[("/etc/passwd", 0, count * 8)]
        )
    with h5py.File(store, "r+") as file:
        file["parts/size"][0] = part.stat().st_size


def places_beyond_the_pool(store: Path) -> None:
    part = store.with_name("store.h5.parts") / "000001.h5"
    with h5py.File(part, "r+") as file:
        file["samples/offset"][0] = 10**9
    with h5py.File(store, "r+") as file:
        file["parts/size"][0] = part.stat().st_size


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
    ],
)
def test_a_damaged_or_hostile_store_is_named_not_followed(
    store: Path, damage: object, says: str
) -> None:
    damage(store)  # type: ignore[operator]
    with pytest.raises(StoreError, match=says):
        read_all(store)


def read_all(path: Path) -> None:
    with Store.open(path, decode_image) as store:
        assert len(store.manifest)
        assert len(store.votes)
        store.images([0])


def wide_offset(store: Path) -> None:
    set_column(store, "samples/offset", 2**63 - 1)


def long_length(store: Path) -> None:
    set_column(store, "samples/length", 2)


def set_column(store: Path, name: str, value: int) -> None:
    part = store.with_name("store.h5.parts") / "000001.h5"
    with h5py.File(part, "r+") as file:
        file[name][0] = value


def equal_ids(store: Path) -> None:
    part = store.with_name("store.h5.parts") / "000001.h5"
    with h5py.File(part, "r+") as file:
        file["samples/id"][1] = file["samples/id"][0]


def part_twice(store: Path) -> None:
    with h5py.File(store, "r+") as file:
        file["parts/name"][1] = file["parts/name"][0]


def wrong_rows(store: Path) -> None:
    with h5py.File(store, "r+") as file:
        file["parts/rows"][0] += 1


def lineage_of_text(store: Path) -> None:
    with h5py.File(store, "r+") as file:
        file["lineage"][0] = b"{not json"


def no_generation(store: Path) -> None:
    with h5py.File(store, "r+") as file:
        del file.attrs["generation"]


def version_of_text(store: Path) -> None:
    with h5py.File(store, "r+") as file:
        file.attrs["format_version"] = "x"


def vote_rows_outside(store: Path) -> None:
    part = store.with_name("store.h5.parts") / "000002.h5"
    with h5py.File(part, "r+") as file:
        file["rows"][0] = -1


@pytest.mark.parametrize(
    "damage",
    [
        wide_offset, long_length, equal_ids, part_twice, wrong_rows, lineage_of_text,
        no_generation, version_of_text, vote_rows_outside,
    ],
)  # fmt: skip
def test_no_damage_is_read_as_valid(store: Path, damage: object) -> None:
    damage(store)  # type: ignore[operator]
    with pytest.raises(StoreError):
        read_all(store)
