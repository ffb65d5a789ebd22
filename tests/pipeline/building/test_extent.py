"""How large an export will be is known before it is written, and asked for where it is huge."""

from collections import namedtuple
from pathlib import Path
from typing import Any

import pytest

from fercurate.errors import ExportError, InputError
from fercurate.pipeline.building import extent
from fercurate.pipeline.building.build import BuildRequest, build
from fercurate.recipe.loader import parse_recipe
from fercurate.recipe.shipped import find_recipe, load_recipe

Usage = namedtuple("Usage", "total used free")
TEXT = find_recipe("fer2013_seven").read_text()


def plan(store: Path, added: str = "") -> Any:
    loaded = parse_recipe(TEXT + added, "toy.yaml")
    return build(BuildRequest(loaded, store, store.parent / "never", dry_run=True))


def test_a_dry_run_tells_bytes_and_time(run: Any, shared_store: Path) -> None:
    report = plan(shared_store)
    assert report.extent is not None
    assert (report.extent.rows, report.extent.picture) == (200, (48, 48))
    assert report.extent.bytes == 200 * 48 * 48
    assert 0 < report.seconds < 60
    text = run("build", "--recipe", "modified_fer", "--store", shared_store, "--dry-run").out
    assert "made by one core in under a minute" in text


ROWS = [
    "balance: [{kind: offline, copies: [{kind: named, set: ewu_online}], times: 1000}]\n",
    "balance: [{kind: random_over, strategy: {happy: 150000}}]\n",
    "balance: [{kind: smote, strategy: {happy: 150000}}]\n",
    "balance: [{kind: offline, copies: [{kind: named, set: ewu_online}],"
    " strategy: {happy: 150000}}]\n",
]


@pytest.mark.parametrize("added", ROWS)
def test_more_rows_than_any_corpus_has_are_asked_for(
    shared_store: Path, added: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("fercurate.pipeline.building.mixing.MOST_ROWS", 100_000)
    with pytest.raises(InputError, match=r"at most 100,000, unless the recipe says allow_large"):
        plan(shared_store, added)


def test_rows_that_are_asked_for_are_planned(
    shared_store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("fercurate.pipeline.building.mixing.MOST_ROWS", 300)
    added = "balance: [{kind: random_over, strategy: {happy: 400}}]\n"
    with pytest.raises(InputError, match="allow_large"):
        plan(shared_store, added)
    assert plan(shared_store, added + "allow_large: true\n").extent.rows > 400


def test_more_bytes_than_are_usual_are_asked_for(
    shared_store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(extent, "MOST_BYTES", 400_000)
    with pytest.raises(InputError, match="allow_large: true"):
        plan(shared_store)
    assert plan(shared_store, "allow_large: true\n").extent.bytes == 460_800


def test_a_disk_without_room_is_told_first(
    shared_store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(extent.shutil, "disk_usage", lambda _: Usage(0, 0, 1000))
    request = BuildRequest(load_recipe("fer2013_seven"), shared_store, tmp_path / "a" / "o")
    with pytest.raises(ExportError, match=r"the disk is full: 200 pictures of 48x48 are 0\.5 MB"):
        build(request)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("seconds", "says"),
    [(3, "under a minute"), (600, "about 10 minutes"), (90_000, "about 25 hours")],
)
def test_a_length_of_time_reads_as_people_say_it(seconds: float, says: str) -> None:
    from fercurate.cli.render.build import _lasting

    assert _lasting(seconds) == says
