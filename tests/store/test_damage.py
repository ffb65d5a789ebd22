"""Damaged and hostile stores: named in one line, never followed, never read as valid."""

from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest

from fercurate.errors import StoreError
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
    with Store.open(path) as store:
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


def shifted_places(store: Path) -> None:
    part = store.with_name("store.h5.parts") / "000001.h5"
    with h5py.File(part, "r+") as file:
        for name in ("pool", "offset", "length"):
            values = file[f"samples/{name}"][1:]
            del file[f"samples/{name}"]
            file[f"samples/{name}"] = values
    with h5py.File(store, "r+") as file:
        file["parts/size"][0] = part.stat().st_size


def test_places_of_another_length_are_damage(store: Path) -> None:
    shifted_places(store)
    with pytest.raises(StoreError):
        read_all(store)


@pytest.mark.slow
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
