"""``ingest --update`` refused, interrupted, and after other changes of the store."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner

from fercurate.cli.main import main
from fercurate.errors import InputError, StoreError, StrictError
from fercurate.pipeline.care.compact import compact
from fercurate.pipeline.care.merge import merge
from fercurate.pipeline.care.removal import RemoveRequest, remove
from fercurate.pipeline.measure.measure import MeasureRequest, lacking, measure
from fercurate.screening.exposure import Exposure
from fercurate.store import writer as writing
from fercurate.store.store import Store
from fercurate.store.writer import StoreWriter
from tests.corpora import plant
from tests.pipeline.care.stores import Stopped
from tests.pipeline.ingest.updates import TREE, Ingest, change, contents, facts, in_store


@pytest.mark.parametrize("dry_run", [False, True])
def test_an_update_that_would_remove_most_is_refused(
    take: Ingest, folder: Path, dry_run: bool
) -> None:
    for name in list(TREE)[:7]:
        (folder / name).unlink()
    plant(folder, {"train/sad/new.png": 90})
    before = contents(take.path)
    with pytest.raises(InputError, match="7 of 12 samples of an earlier ingest are gone"):
        take.update(folder, dry_run=dry_run)
    assert contents(take.path) == before


def test_half_of_it_may_be_gone(take: Ingest, folder: Path) -> None:
    for name in list(TREE)[:6]:
        (folder / name).unlink()
    assert take.update(folder).removed == 6
    assert facts(take.path) == in_store(dict(list(TREE.items())[6:]))


def test_a_reject_under_strict_refuses_the_update(take: Ingest, folder: Path) -> None:
    change(folder)
    (folder / "train/sad/broken.png").write_bytes(b"no picture")
    before = contents(take.path)
    with pytest.raises(StrictError):
        take.update(folder, strict=True)
    assert contents(take.path) == before
    assert take.update(folder).rejects == {"E_DECODE": 1}


def test_a_picture_that_can_no_longer_be_read_is_gone(take: Ingest, folder: Path) -> None:
    (folder / "train/sad/1.png").write_bytes(b"no picture")
    report = take.update(folder)
    assert (report.removed, report.rejects) == (1, {"E_DECODE": 1})
    assert "folder:train/sad/1.png" not in facts(take.path)


def stop_before(monkeypatch: pytest.MonkeyPatch, take: Ingest, folder: Path, method: str) -> None:
    """An update that is interrupted when the writer is asked for something."""

    def stop(*_: Any) -> None:
        raise Stopped

    with monkeypatch.context() as patched:
        patched.setattr(StoreWriter, method, stop)
        with pytest.raises(Stopped):
            take.update(folder)


@pytest.mark.parametrize("method", ["unseen", "remove_ids", "commit"])
def test_an_interrupted_update_is_resumed(
    take: Ingest, folder: Path, monkeypatch: pytest.MonkeyPatch, method: str
) -> None:
    monkeypatch.setattr(writing, "CHUNK_ROWS", 2)
    now, before = change(folder), facts(take.path)
    stop_before(monkeypatch, take, folder, method)
    assert facts(take.path) == before
    staged = {path.name for path in take.path.with_name("s.h5.parts").glob("0*.h5")}
    assert len(staged) > 2
    report = take.update(folder)
    counts = (report.added, report.replaced, report.removed, report.unchanged)
    assert counts == (2, 3, 2, 7)
    assert facts(take.path) == in_store(now)
    with Store.open(take.path) as store:
        store.verify()
        assert len(store.lineage) == 2
        assert staged <= {part.name for part in store.head.parts}
    assert not take.update(folder).changed


def test_an_interrupted_update_of_another_input_by_now_begins_anew(
    take: Ingest, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writing, "CHUNK_ROWS", 2)
    now = change(folder)
    stop_before(monkeypatch, take, folder, "commit")
    again = {"train/happy/0.png": 80, "train/fear/0.png": 20, "test/sad/new.png": 81}
    plant(folder, again)
    report = take.update(folder)
    assert (report.added, report.replaced, report.removed) == (2, 3, 1)
    assert facts(take.path) == in_store(now | again)


def test_an_ingest_does_not_go_on_with_an_interrupted_update(
    take: Ingest, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writing, "CHUNK_ROWS", 2)
    change(folder)
    stop_before(monkeypatch, take, folder, "commit")
    report = take(folder)
    assert (report.added, report.replaced, report.removed) == (2, 0, 0)
    kept = in_store(TREE)
    assert {name: fact for name, fact in facts(take.path).items() if name in kept} == kept


def test_a_removal_leaves_an_interrupted_update_alone(
    take: Ingest, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writing, "CHUNK_ROWS", 2)
    now = change(folder)
    stop_before(monkeypatch, take, folder, "commit")
    for other in (
        lambda: remove(RemoveRequest(take.path, source="folder")),
        lambda: compact(take.path),
    ):
        with pytest.raises(StoreError, match="an interrupted change waits"):
            other()
    take.update(folder)
    assert facts(take.path) == in_store(now)


def test_pictures_may_change_places_again_and_again(take: Ingest, folder: Path) -> None:
    tree = dict(TREE)
    for turn in range(3):
        one, other = f"train/happy/{turn}.png", f"train/sad/{turn}.png"
        tree[one], tree[other] = tree[other], tree[one]
        tree["train/fear/2.png"] = 100 + turn
        plant(folder, tree)
        assert take.update(folder).replaced == 3
        assert facts(take.path) == in_store(tree)
        if turn == 1:
            compact(take.path)
    with Store.open(take.path) as store:
        assert len(store.visibility.stored) == 12 < store.visibility.count


def test_what_did_not_change_is_not_measured_again(take: Ingest, folder: Path) -> None:
    request = MeasureRequest((Exposure(),), jobs=1)
    with Store.open(take.path) as store:
        measure(store, request).close()
        before = store.head
    change(folder)
    take.update(folder)
    with Store.open(take.path) as store:
        assert lacking(store, request) == {"exposure": 5}
        found = store.measured("exposure", "exposure-1")
        ids = store.manifest.text("id").tolist()
        with Store(take.path, before) as old, measure(old, request) as first:
            names = first.manifest.text("id").tolist()
            values = first.measured("exposure", "exposure-1").values
    for place in np.flatnonzero(found.known):
        np.testing.assert_array_equal(found.values[place], values[names.index(ids[place])])


@pytest.mark.parametrize("way", ["compacted", "merged first", "merged second"])
def test_other_changes_of_the_store_keep_what_an_input_stored(
    take: Ingest, folder: Path, tmp_path: Path, way: str
) -> None:
    remove(RemoveRequest(take.path, ids=("folder:train/happy/3.png",), may_return=True))
    if way == "compacted":
        compact(take.path)
    else:
        other = Ingest(take.path.with_name("o.h5"))
        other(plant(tmp_path / "other", {"train/sad/a.png": 70, "train/happy/b.png": 71}), name="o")
        pair = (take.path, other.path) if way == "merged first" else (other.path, take.path)
        merge(*pair, take.path.with_name("c.h5"))
        take.path = take.path.with_name("c.h5")
    now = change(folder)
    report = take.update(folder)
    assert (report.added, report.replaced, report.removed) == (3, 3, 2)
    found = {name: fact for name, fact in facts(take.path).items() if name.startswith("folder:")}
    assert found == in_store(now)


def test_what_an_update_removed_is_not_told_as_kept(take: Ingest, folder: Path) -> None:
    change(folder)
    take.update(folder)
    assert take(folder).remarks == ()


def test_the_command_says_what_it_updates(take: Ingest, folder: Path) -> None:
    now = change(folder)
    asked = ["ingest", str(folder), "--store", str(take.path), "--update"]
    for options in (["--dry-run"], []):
        before = contents(take.path)
        done = CliRunner().invoke(main, [*asked, *options])
        assert done.exit_code == 0, done.output
        assert "2 new, 3 changed (folder:train/happy/0.png, " in done.output
        assert (contents(take.path) == before) == bool(options)
    assert facts(take.path) == in_store(now)
