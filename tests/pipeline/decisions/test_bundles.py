"""Bundles carry decisions: others make the same rows of their own pictures, with who decided."""

import io
import json
import shutil
import zipfile
from pathlib import Path
from typing import Any

import pytest

from fercurate.domain.decisions.history import DecisionHistory
from fercurate.domain.decisions.lines import parse_lines
from fercurate.errors import InputError
from fercurate.pipeline.building.build import BuildRequest
from fercurate.pipeline.bundle.assembling import build_bundle
from fercurate.pipeline.bundle.contents import BundleContents
from fercurate.pipeline.bundle.packing import BundleRequest, bundle
from fercurate.pipeline.trace.request import TraceRequest
from fercurate.pipeline.trace.trace import trace
from fercurate.pipeline.verify.verify import VerifyRequest, verify
from fercurate.store.decision_file import store_decisions
from tests.pipeline.decisions.people import (
    built,
    contents,
    data,
    labels_in,
    own_file,
    recipe,
    summary,
    three_people,
)


@pytest.fixture
def decided(store: Path) -> Path:
    own_file(store, [one for said in three_people(store).values() for one in said])
    return store


@pytest.fixture
def packed(decided: Path, tmp_path: Path) -> tuple[Path, Path]:
    """An export with decisions, and its bundle with fingerprints."""
    export = built(decided, tmp_path / "o", recipe({"drop": "any"}))
    bundle(BundleRequest(export, tmp_path / "b.zip", decided))
    return export, tmp_path / "b.zip"


def assembled(place: Path, store: Path, output: Path) -> Path:
    request = BuildRequest(BundleContents.read(place).recipe, store, output, framework="none")
    build_bundle(place, request)
    return output


def test_a_bundle_holds_the_decisions_of_its_export(packed: tuple[Path, Path]) -> None:
    export, place = packed
    with zipfile.ZipFile(place) as file:
        assert file.read("decisions.jsonl") == (export / "decisions.jsonl").read_bytes()
    history = BundleContents.read(place).decisions()
    text = (export / "decisions.jsonl").read_text(encoding="utf-8")
    assert history == DecisionHistory(tuple(parse_lines(text)))


def test_others_make_the_same_bytes_whatever_they_decided(
    packed: tuple[Path, Path], decided: Path, shared_store: Path, tmp_path: Path
) -> None:
    export, place = packed
    own_file(decided, [])
    for number, store in enumerate((decided, shared_store)):
        made = assembled(place, store, tmp_path / f"made-{number}")
        assert data(made) == data(export)
        carried = (made / "decisions.jsonl").read_bytes()
        assert carried == (export / "decisions.jsonl").read_bytes()
        lock = json.loads((made / "recipe.lock").read_text())
        assert lock["decisions"] == json.loads((export / "recipe.lock").read_text())["decisions"]
        assert verify(VerifyRequest(made)).passed


def test_without_fingerprints_the_rows_are_the_same(
    packed: tuple[Path, Path], decided: Path, tmp_path: Path
) -> None:
    export, _ = packed
    bundle(BundleRequest(export, tmp_path / "plain.zip"))
    made = assembled(tmp_path / "plain.zip", decided, tmp_path / "made")
    for split in ("train", "val", "test"):
        assert labels_in(made, split) == labels_in(export, split)


def test_what_is_made_of_a_bundle_tells_who_decided(
    packed: tuple[Path, Path], shared_store: Path, tmp_path: Path
) -> None:
    export, place = packed
    made = assembled(place, shared_store, tmp_path / "made")
    changed = json.loads((export / "decisions.jsonl").read_text().splitlines()[0])["id"]
    there, here = (trace(TraceRequest(changed, shared_store, one)) for one in (export, made))
    assert here.decided == there.decided != ()
    assert (here.stage, here.reason) == (there.stage, there.reason)


def test_the_papers_of_what_is_made_name_the_decisions(
    packed: tuple[Path, Path], shared_store: Path, tmp_path: Path
) -> None:
    export, place = packed
    made = assembled(place, shared_store, tmp_path / "made")
    assert "## Decisions by people" in (made / "datasheet.md").read_text()
    told, known = summary(made)["decisions"], summary(export)["decisions"]
    assert {key: told[key] for key in ("sha256", "authors", "answers")} == {
        key: known[key] for key in ("sha256", "authors", "answers")
    }


def changed(place: Path, target: Path, members: dict[str, bytes | None]) -> Path:
    """A copy of a bundle with other members; None leaves one out."""
    out = io.BytesIO()
    with zipfile.ZipFile(place) as old, zipfile.ZipFile(out, "w") as new:
        for info in old.infolist():
            content = members.get(info.filename, old.read(info))
            if content is not None:
                new.writestr(info.filename, content)
    target.write_bytes(out.getvalue())
    return target


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"no decision\n", r"bad\.zip: decisions\.jsonl:1: no JSON object"),
        (b"\xff\xfe\0\n", r"bad\.zip: decisions\.jsonl:1: no JSON object"),
        (b'{"id": 1}\n' * 3, r"bad\.zip: decisions\.jsonl:1: no object with the keys"),
        (b"[" * 4000 + b"\n", r"bad\.zip: decisions\.jsonl:1: no JSON object"),
    ],
)
def test_a_bundle_with_broken_decisions_builds_nothing(
    content: bytes, says: str, packed: tuple[Path, Path], shared_store: Path, tmp_path: Path
) -> None:
    bad = changed(packed[1], tmp_path / "bad.zip", {"decisions.jsonl": content})
    with pytest.raises(InputError, match=says):
        assembled(bad, shared_store, tmp_path / "made")
    assert not (tmp_path / "made").exists()


@pytest.mark.parametrize("content", [None, b""])
def test_a_bundle_with_other_decisions_than_its_lock_names_is_refused(
    content: bytes | None, packed: tuple[Path, Path], shared_store: Path, tmp_path: Path
) -> None:
    bad = changed(packed[1], tmp_path / "bad.zip", {"decisions.jsonl": content})
    with pytest.raises(InputError, match="decisions"):
        assembled(bad, shared_store, tmp_path / "made")


def test_a_bundle_brings_its_own_decisions(
    run: Any, packed: tuple[Path, Path], shared_store: Path, tmp_path: Path
) -> None:
    export, place = packed
    shutil.copy(store_decisions(tmp_path / "store.h5"), tmp_path / "d.jsonl")
    options = ("--bundle", place, "--store", shared_store, "--output", "made")
    refused = run("build", *options, "--decisions", "d.jsonl")
    assert refused.code == 2
    assert "a bundle brings its own decisions: leave out --decisions" in refused.err
    done = run("build", *options, "--framework", "none")
    assert done.code == 0, done.err
    assert data(tmp_path / "made") == data(export)


def test_a_bundle_without_decisions_has_no_such_file(decided: Path, tmp_path: Path) -> None:
    export = built(decided, tmp_path / "o", recipe(None))
    bundle(BundleRequest(export, tmp_path / "b.zip", decided))
    with zipfile.ZipFile(tmp_path / "b.zip") as file:
        assert "decisions.jsonl" not in file.namelist()
    made = assembled(tmp_path / "b.zip", decided, tmp_path / "made")
    assert "decisions.jsonl" not in contents(made)
    smuggled = (tmp_path / "smuggled.zip", {"decisions.jsonl": b"no decision\n"})
    assert data(assembled(changed(tmp_path / "b.zip", *smuggled), decided, tmp_path / "two")) == (
        data(export)
    )
