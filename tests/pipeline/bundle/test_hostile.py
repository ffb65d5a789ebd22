"""Bundles that are none, or mean harm: one clear error each, and nothing is written anywhere."""

import csv
import io
import os
import zipfile
from collections.abc import Callable
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from fercurate.errors import FercurateError, InputError, RecipeError
from fercurate.pipeline.building.build import BuildReport, BuildRequest
from fercurate.pipeline.bundle.assembling import build_bundle
from fercurate.pipeline.bundle.contents import BundleContents
from fercurate.pipeline.bundle.packing import BundleRequest, bundle
from tests.pipeline.trace.test_world import World, built, world_of

Change = Callable[[bytes], bytes | None]
SOFT = {"labels": {"scheme": "eight", "ferplus": {"mode": "probability"}}}
KIND = b'{"kind": "fercurate-bundle", "bundle_version": %s}'


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    return world_of(tmp_path_factory)


@cache
def members(world: World, name: str) -> dict[str, bytes]:
    """The members of the bundle of an export of the world."""
    export = world.root / "exports" / "soft-labels"
    if name == "soft":
        built(world.store, export, **SOFT)
    place = world.root / f"harmless-{name}.zip"
    bundle(BundleRequest(export if name == "soft" else world.export(name), place, world.store))
    with zipfile.ZipFile(place) as file:
        return {one: file.read(one) for one in file.namelist()}


def changed(world: World, path: Path, member: str, change: Change, name: str = "made") -> Path:
    """A bundle with one member changed, or left out for None."""
    found = dict(members(world, name))
    content = change(found.pop(member, b""))
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as out:
        for one, unchanged in found.items():
            out.writestr(one, unchanged)
        if content is not None:
            out.writestr(member, content)
    return path


def made_from(world: World, place: Path, output: Path) -> BuildReport:
    loaded = BundleContents.read(place).recipe
    return build_bundle(place, BuildRequest(loaded, world.store, output, framework="none"))


def refusal(world: World, place: Path) -> FercurateError:
    """The one clear error that building from a file gives."""
    folder = place.parent / "deep" / "deeper"
    folder.mkdir(parents=True)
    before = set(place.parent.rglob("*"))
    with pytest.raises(FercurateError) as caught:
        made_from(world, place, folder / "out")
    assert set(place.parent.rglob("*")) == before, "something was written"
    return caught.value


def cells(column: str, value: str, only: tuple[str, str] = ("", "")) -> Change:
    """Put a value into a column of a table, of those lines that have another value somewhere."""

    def change(content: bytes) -> bytes:
        lines = list(csv.DictReader(io.StringIO(content.decode(), newline="")))
        out = io.StringIO()
        writer = csv.DictWriter(out, list(lines[0]), lineterminator="\n")
        writer.writeheader()
        for line in lines:
            mine = not only[0] or line[only[0]] == only[1]
            writer.writerow(line | ({column: value} if mine else {}))
        return out.getvalue().encode()

    return change


@pytest.mark.parametrize(
    "content", [b"", b"no zip", b"PK\x05\x06" + bytes(18), b"PK\x03\x04" + b"\xff" * 99]
)
def test_what_is_no_bundle_is_refused(world: World, tmp_path: Path, content: bytes) -> None:
    (tmp_path / "b.zip").write_bytes(content)
    found = refusal(world, tmp_path / "b.zip")
    assert "no bundle" in found.found
    assert found.expected == "a file that fercurate bundle wrote"


def test_what_is_no_file_is_refused(world: World, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.zip")
    for name in ("gone.zip", "pipe.zip", ""):
        with pytest.raises(InputError):
            BundleContents.read(tmp_path / name)


ABOUT = [b"", b"{}", b"[]", b"null", b"3", b"\xff", b"[" * 100_000, KIND % b'"1"', KIND % b"1.0"]


@pytest.mark.parametrize("content", [*ABOUT, KIND % (b"9" * 5000), KIND % b"null", None])
def test_what_says_nothing_right_of_itself_is_refused(
    world: World, tmp_path: Path, content: bytes | None
) -> None:
    assert refusal(world, changed(world, tmp_path / "b.zip", "bundle.json", lambda _: content))


def test_a_later_version_is_refused(world: World, tmp_path: Path) -> None:
    found = refusal(world, changed(world, tmp_path / "b.zip", "bundle.json", lambda _: KIND % b"3"))
    assert found.found == "a bundle of version 3"
    assert found.fix == "Update fercurate to read it"


@pytest.mark.parametrize("name", ["samples.csv", "applied.jsonl", "recipe.yaml"])
def test_a_member_that_unpacks_to_very_much_is_refused(
    world: World, tmp_path: Path, name: str
) -> None:
    place = changed(world, tmp_path / "b.zip", name, lambda _: bytes(16 << 20))
    assert "unpacks to 16,777,216 bytes" in refusal(world, place).found


TABLES = ["samples.csv", "rows.csv", "fingerprints.csv", "votes.csv"]
BROKEN: dict[str, Change] = {
    "other columns": lambda _: b"a,b\n1,2\n",
    "empty": lambda _: b"",
    "an open quote": lambda content: content + b'"open',
    "zeros": lambda content: content.replace(b",", b"\0", 2),
    "a short line": lambda content: content + b"x\n",
    "a long field": lambda content: content + b"x" * 200_000,
    "bytes": lambda _: b"\xff\xfe\x00\x01" * 8,
}


@pytest.mark.parametrize("how", BROKEN)
@pytest.mark.parametrize("name", TABLES)
def test_a_table_that_is_none_is_refused(world: World, tmp_path: Path, name: str, how: str) -> None:
    place = changed(world, tmp_path / "b.zip", name, BROKEN[how])
    found = refusal(world, place)
    assert name in found.message or "no row of it" in found.found
    assert "fercurate bundle EXPORT" in found.fix


@pytest.mark.parametrize("name", ["samples.csv", "rows.csv", "recipe.yaml"])
def test_what_it_needs_must_be_there(world: World, tmp_path: Path, name: str) -> None:
    place = changed(world, tmp_path / "b.zip", name, lambda _: None)
    assert refusal(world, place).found.startswith(("no ", "no recipe"))


@pytest.mark.parametrize(
    "text", ["", "version: 2", "[1", "a: &x [*x]", "version: 1\nname: 3", "a: " + "[" * 5000]
)
def test_a_recipe_with_faults_is_refused(world: World, tmp_path: Path, text: str) -> None:
    place = changed(world, tmp_path / "b.zip", "recipe.yaml", lambda _: text.encode())
    found = refusal(world, place)
    assert isinstance(found, RecipeError)
    assert found.faults


MIXES = [
    "garbage",
    "0x",
    "0x1p2000",
    "nan",
    "inf",
    "-0x1p0",
    "0x1p1",
]


@pytest.mark.parametrize("text", MIXES)
def test_a_mix_that_is_no_share_is_refused(world: World, tmp_path: Path, text: str) -> None:
    change = cells("mix", text, ("op", "smote"))
    assert "mix" in refusal(world, changed(world, tmp_path / "b.zip", "rows.csv", change)).found


@pytest.mark.parametrize("text", ["", "0" * 15, "g" * 16, "é" * 16, "ab" * 7 + "  "])
def test_a_fingerprint_that_is_none_is_refused(world: World, tmp_path: Path, text: str) -> None:
    change = cells("fingerprint", text)
    place = changed(world, tmp_path / "b.zip", "fingerprints.csv", change)
    assert "fingerprints.csv" in refusal(world, place).where


@pytest.mark.parametrize("text", ["", "x", "1e3", "nan", "0x1"])
def test_votes_that_are_no_numbers_are_refused(world: World, tmp_path: Path, text: str) -> None:
    place = changed(world, tmp_path / "b.zip", "votes.csv", cells("neutral", text))
    assert "no numbers" in refusal(world, place).found


SHARES = ["x", "", *(text for text in ("nan", "inf", "-1", "1e300"))]


@pytest.mark.parametrize("text", SHARES)
def test_shares_that_are_none_are_refused(world: World, tmp_path: Path, text: str) -> None:
    place = changed(world, tmp_path / "b.zip", "targets.csv", cells("happy", text), "soft")
    assert "targets.csv" in refusal(world, place).where


def flipped(place: Path, start: int) -> None:
    """Change bytes of the first member's packed content."""
    content = bytearray(place.read_bytes())
    noise = np.random.default_rng(1).integers(1, 256, 40)
    for offset, value in enumerate(noise.tolist()):
        content[start + offset] ^= value
    place.write_bytes(content)


METHODS = [
    zipfile.ZIP_DEFLATED,
    zipfile.ZIP_BZIP2,
    zipfile.ZIP_LZMA,
    zipfile.ZIP_STORED,
]


@pytest.mark.parametrize("method", METHODS)
def test_a_damaged_member_is_refused(world: World, tmp_path: Path, method: int) -> None:
    place = tmp_path / "b.zip"
    with zipfile.ZipFile(place, "w", method) as out:
        for name, content in members(world, "plain").items():
            out.writestr(name, content)
    assert BundleContents.read(place).recipe.recipe.name == "own"
    flipped(place, 30 + len("bundle.json") + 20)
    assert refusal(world, place)
