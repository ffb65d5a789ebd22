"""``compact`` on real layouts: files leave no trace, and exports and measurements stay."""

from pathlib import Path
from typing import Any

import pytest

from fercurate.pipeline.building.build import BuildRequest, build
from fercurate.pipeline.care.compact import compact
from fercurate.pipeline.care.contents import list_sources
from fercurate.pipeline.care.removal import RemoveRequest, remove
from fercurate.pipeline.measure.measure import MeasureRequest, lacking, measure
from fercurate.recipe.loader import LoadedRecipe, parse_recipe
from fercurate.recipe.shipped import load_recipe
from fercurate.store.store import Store
from fercurate.synthetic.affectnet import IMAGES
from tests.pipeline.care.stores import MEASURES, digest, files, holding, ids, parts, told, without

DRAWN = """
version: 1
name: drawn
description: splits and copies that are drawn
sources: [fer2013]
labels: {scheme: seven}
splits: {kind: native, train: [Training], val: 0.2, test: [PublicTest, PrivateTest]}
normalize: [{kind: grayscale}, {kind: resize, size: 48}]
balance: [{kind: offline, times: 2, copies: [{kind: flip},
  {kind: albumentations, transform: Affine, rotate: [-20, 20]}]}]
seed: 5
"""


def recipes() -> list[LoadedRecipe]:
    return [
        load_recipe("fer2013_seven"),
        load_recipe("ferplus_majority"),
        parse_recipe(DRAWN, "drawn"),
    ]


def exported(store: Path) -> dict[str, bytes]:
    """The data files of some builds that do not use AffectNet."""
    found = {}
    for recipe in recipes():
        folder = store.parent / recipe.recipe.name
        request = BuildRequest(recipe, store, folder, overwrite=True, jobs=1, framework="none")
        build(request)
        found |= {
            f"{recipe.recipe.name}/{path.name}": path.read_bytes() for path in folder.glob("*.h5")
        }
    assert len(found) == 9
    return found


def affectnet(store: Path, *, longest: bool) -> RemoveRequest:
    """All of AffectNet, or all but the sample with the longest id."""
    if longest:
        return RemoveRequest(store, source="affectnet")
    names = [name for name in ids(store) if name.startswith("affectnet:")]
    kept = max(names, key=len)
    return RemoveRequest(store, ids=tuple(name for name in names if name != kept))


@pytest.mark.parametrize("longest", [False, True])
def test_what_does_not_use_a_removed_source_is_built_byte_for_byte(
    mixed: Path, longest: bool
) -> None:
    before = exported(mixed)
    remove(affectnet(mixed, longest=longest))
    removed = exported(mixed)
    assert [name for name in before if removed[name] != before[name]] == []
    assert compact(mixed).changed
    compacted = exported(mixed)
    assert [name for name in before if compacted[name] != before[name]] == []


def test_nothing_is_measured_again(mixed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    single = MeasureRequest(MEASURES.measures, (), MEASURES.spare)
    with Store.open(mixed) as store:
        assert set(lacking(store, MEASURES).values()) == {0}
    for step in (lambda: remove(RemoveRequest(mixed, source="affectnet")), lambda: compact(mixed)):
        step()
        with Store.open(mixed) as store:
            assert lacking(store, single) == {"exposure": 0, "thumbnail": 0}
            assert measure(store, single) is store
            # duplicates are those of all pictures together
            assert lacking(store, MEASURES)["twins"] == len(store)
    with Store.open(mixed) as store:
        measure(store, MEASURES).close()
    with Store.open(mixed) as store:
        assert set(lacking(store, MEASURES).values()) == {0}
    compact(mixed)
    with Store.open(mixed) as store:
        assert set(lacking(store, MEASURES).values()) == {0}


def test_compacting_what_was_measured_twice_lacks_nothing(mixed: Path) -> None:
    names = [name for name in ids(mixed) if name.startswith("fer2013:")]
    remove(RemoveRequest(mixed, ids=tuple(names[10:20]), may_return=True))
    with Store.open(mixed) as store:
        measure(store, MEASURES).close()
    before, said = told(mixed), digest(mixed)
    report = compact(mixed)
    assert len(report.done.measurements) == 1
    assert report.done.measurements[0].startswith("twins by twins-2-")
    old = report.done.measurements[0]
    kept = {
        name: {key: value for key, value in row.items() if key != old}
        for name, row in before.items()
    }
    assert (told(mixed), digest(mixed)) == (kept, said)
    with Store.open(mixed) as store:
        assert set(lacking(store, MEASURES).values()) == {0}


def test_files_of_a_removed_source_leave_no_trace(mixed: Path, raw: Path) -> None:
    pictures = [
        path.read_bytes() for path in (raw / "affectnet" / IMAGES).rglob("*") if path.is_file()
    ]
    stored = [one for one in pictures if one and holding(mixed, one)]
    names = [name for name in ids(mixed) if name.startswith("affectnet:")]
    assert len(stored) >= len(names) > 20
    before = told(mixed)
    remove(RemoveRequest(mixed, source="affectnet"))
    assert all(holding(mixed, one) for one in stored)
    compact(mixed)
    for piece in (*stored, *names):
        assert holding(mixed, piece) == []
    after = told(mixed)
    left = without(before, *names, kinds=["twins"])
    assert without(after, kinds=["twins"]) == left
    assert list_sources(mixed).removed == 0


def test_single_files_leave_no_trace_and_the_others_stay(mixed: Path) -> None:
    names = [name for name in ids(mixed) if name.startswith("affectnet:")]
    gone, before = names[3::2], told(mixed)
    with Store.open(mixed) as store:
        ranges, rows = store._pictures.ranges, {name: n for n, name in enumerate(ids(mixed))}
        parts_of = [store._sample_parts[int(part)].name for part in ranges.part]
        folder = mixed.with_name("s.h5.parts")
        contents = {
            name: (folder / parts_of[row]).read_bytes()[
                int(ranges.offset[row]) : int(ranges.offset[row] + ranges.length[row])
            ]
            for name, row in rows.items()
            if name in names
        }
    assert all(one.startswith((b"\xff\xd8", b"\x89PNG")) for one in contents.values())
    remove(RemoveRequest(mixed, ids=tuple(gone)))
    compact(mixed)
    for name in names:
        assert bool(holding(mixed, contents[name])) == (name not in gone)
        assert bool(holding(mixed, name)) == (name not in gone)
    assert without(told(mixed), kinds=["twins"]) == without(before, *gone, kinds=["twins"])
    report = list_sources(mixed)
    assert next(s.samples for s in report.sources if s.name == "affectnet") == len(names) - len(
        gone
    )


def test_the_command_says_what_it_saved_and_when_there_is_nothing(mixed: Path, run: Any) -> None:
    clean = files(mixed)
    nothing = run("compact", mixed)
    assert (nothing.code, files(mixed) == clean) == (0, True)
    assert "nothing to compact" in nothing.out
    remove(RemoveRequest(mixed, source="affectnet"))
    size = sum(len(content) for content in files(mixed).values())
    before = len(parts(mixed))
    done = run("compact", mixed)
    assert done.code == 0
    assert "the bytes of 32 removed samples are gone" in done.out
    assert "measurements dropped: twins by twins-2-" in done.out
    assert f"{before} parts are now {len(parts(mixed))}" in done.out
    assert sum(len(content) for content in files(mixed).values()) < size
    assert run("compact", mixed.with_name("no.h5")).code == 1
