"""Exports with decisions: built again, verified, and refused where the decisions are others."""

from pathlib import Path
from typing import Any

import pytest

from fercurate.errors import ExportError, InputError
from fercurate.pipeline.rebuild.rebuild import RebuildReport, RebuildRequest, rebuild
from fercurate.pipeline.verify.verify import EVERY_ROW, VerifyRequest, verify
from fercurate.store.decision_file import store_decisions
from tests.pipeline.decisions.people import (
    built,
    contents,
    labels_in,
    on,
    own_file,
    recipe,
    stored,
    three_people,
    written,
)
from tests.pipeline.verify.tampering import reseal

COPIES = [{"kind": "offline", "copies": [{"kind": "flip"}]}]
RECIPES: dict[str, dict[str, Any]] = {
    "majority": {},
    "dawid_skene": {"labels": "dawid_skene", "drop": "any"},
    "everywhere": {"splits": ["train", "val", "test"], "allow_relabeled_evaluation": True},
}
SECTIONS: dict[str, dict[str, Any]] = {
    "majority": {"balance": COPIES},
    "dawid_skene": {"leaks": "drop_train"},
    "everywhere": {"splits": {"kind": "grouped_stratified", "train": 0.7, "val": 0.1, "test": 0.2}},
}


@pytest.fixture
def decided(store: Path) -> Path:
    """A store with its own file of three people's decisions."""
    own_file(store, [one for said in three_people(store).values() for one in said])
    return store


def again(export: Path, store: Path) -> RebuildReport:
    return rebuild(RebuildRequest(export, store, export.with_name("again")))


@pytest.mark.parametrize("name", RECIPES)
def test_it_is_built_again_from_what_lies_with_it(name: str, decided: Path, tmp_path: Path) -> None:
    loaded = recipe(RECIPES[name], **SECTIONS[name])
    export = built(decided, tmp_path / "o", loaded)
    plain = built(decided, tmp_path / "plain", recipe(None, **SECTIONS[name]))
    assert labels_in(export, "train") != labels_in(plain, "train")
    store_decisions(decided).unlink()
    report = again(export, decided)
    assert (report.same, report.changed, report.missing, report.extra) == (True, (), (), ())
    assert contents(tmp_path / "again") == contents(export)


def test_files_beside_the_recipe_are_not_needed_again(decided: Path, tmp_path: Path) -> None:
    store_decisions(decided).rename(tmp_path / "d.jsonl")
    named = recipe({"files": ["elsewhere.jsonl"]})
    export = built(decided, tmp_path / "o", named, [tmp_path / "d.jsonl"])
    (tmp_path / "d.jsonl").unlink()
    assert again(export, decided).same


@pytest.mark.parametrize("name", RECIPES)
def test_every_row_of_it_is_verified(name: str, decided: Path, tmp_path: Path) -> None:
    export = built(decided, tmp_path / "o", recipe(RECIPES[name], **SECTIONS[name]))
    own_file(decided, [])
    report = verify(VerifyRequest(export, EVERY_ROW, decided))
    assert report.passed, report.to_json()
    written(export / "decisions.jsonl", [])
    assert not verify(VerifyRequest(export, EVERY_ROW, decided)).passed


@pytest.fixture
def export(decided: Path, tmp_path: Path) -> Path:
    return built(decided, tmp_path / "o", recipe({}))


def test_changed_decisions_are_refused_and_nothing_is_built(
    export: Path, decided: Path, tmp_path: Path
) -> None:
    file = export / "decisions.jsonl"
    text = file.read_text(encoding="utf-8")
    for changed in (
        text.replace('"answer": "happy"', '"answer": "fear"', 1),
        text.replace('"by": "anna"', '"by": "ann"'),
        "".join(text.splitlines(keepends=True)[:-40]),
        "",
    ):
        assert changed != text
        file.write_text(changed, encoding="utf-8")
        reseal(export)
        with pytest.raises(ExportError, match=r"decisions: decisions\.jsonl is not as the lock"):
            again(export, decided)
        assert not (tmp_path / "again").exists()
    file.write_text(text, encoding="utf-8")
    reseal(export)
    assert again(export, decided).same


def test_missing_or_broken_decisions_are_named(export: Path, decided: Path, tmp_path: Path) -> None:
    file = export / "decisions.jsonl"
    file.write_text("no decision\n")
    with pytest.raises(InputError, match=r"decisions\.jsonl:1: no JSON object"):
        again(export, decided)
    file.unlink()
    with pytest.raises(InputError, match=r"decisions\.jsonl: no such file of decisions"):
        again(export, decided)
    assert not (tmp_path / "again").exists()


def test_lines_in_another_order_are_the_same_decisions(export: Path, decided: Path) -> None:
    file = export / "decisions.jsonl"
    before = contents(export)
    lines = file.read_text(encoding="utf-8").splitlines(keepends=True)
    file.write_text("".join(reversed(lines)), encoding="utf-8")
    assert again(export, decided).same
    assert contents(export.with_name("again")) == before


def test_later_decisions_beside_the_store_change_no_export(
    export: Path, decided: Path, tmp_path: Path
) -> None:
    before = contents(export)
    digests = stored(decided)
    own_file(decided, [on(digests, name, "fear", author="dora") for name in digests])
    assert again(export, decided).same
    assert contents(export) == before
    now = built(decided, tmp_path / "now", recipe({}))
    assert labels_in(now, "train") != labels_in(export, "train")


def test_a_condition_on_decisions_is_built_again_from_those_of_the_export(
    decided: Path, tmp_path: Path
) -> None:
    source = {"name": "fer2013", "where": "not decision.occluded = 'yes'"}
    export = built(decided, tmp_path / "o", recipe(None, sources=[source]))
    store_decisions(decided).unlink()
    assert again(export, decided).same
    (export / "decisions.jsonl").write_text("")
    with pytest.raises(ExportError, match="decisions"):
        again(export, decided)
