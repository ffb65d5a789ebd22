"""``ingest --update``: what changed, is new or gone is said first, and then done."""

from pathlib import Path

import numpy as np

from fercurate.pipeline.care.compact import compact
from fercurate.store import writer as writing
from fercurate.store.store import Store
from tests.corpora import SMALL, draw, fer_rows, plant
from tests.pipeline.ingest.updates import TREE, Facts, Ingest, change, contents, facts, in_store

SAID = (
    "2 new, 3 changed (folder:train/happy/0.png, folder:train/happy/1.png, "
    "folder:train/happy/2.png), 2 gone, removed (folder:train/fear/0.png, "
    "folder:train/fear/3.png), 7 unchanged"
)


def test_new_changed_and_gone_are_said_and_done(take: Ingest, folder: Path) -> None:
    assert facts(take.path) == in_store(TREE)
    now = change(folder)
    seen: list[Facts] = []
    hear = take._hear
    take._hear = lambda event: (hear(event), take.said and seen.append(facts(take.path)))  # type: ignore[method-assign]
    report = take.update(folder)
    assert take.said == [SAID]
    assert seen[0] == in_store(TREE)  # when it was said, nothing was changed yet
    counts = (report.added, report.replaced, report.removed, report.unchanged)
    assert (counts, report.rejects, report.changed) == ((2, 3, 2, 7), {}, True)
    assert facts(take.path) == in_store(now)
    with Store.open(take.path) as store:
        store.verify()
        assert store.tombstones == frozenset()
        assert len(store.lineage) == 2
        assert "--update" in store.lineage[-1].command


def test_the_same_update_again_changes_no_byte(take: Ingest, folder: Path) -> None:
    change(folder)
    take.update(folder)
    before = contents(take.path)
    report = take.update(folder)
    assert (report.changed, report.unchanged) == (False, 12)
    assert take.said == ["0 new, 0 changed, 0 gone, removed, 12 unchanged"]
    assert contents(take.path) == before


def test_a_dry_run_says_the_same_and_changes_no_byte(take: Ingest, folder: Path) -> None:
    change(folder)
    before = contents(take.path)
    report = take.update(folder, dry_run=True)
    assert take.said == [SAID]
    assert contents(take.path) == before
    done = take.update(folder)
    for name in ("added", "replaced", "removed", "unchanged", "rejects", "records"):
        assert getattr(report, name) == getattr(done, name)
    assert (report.changed, done.changed) == (False, True)


def test_a_dry_run_of_a_store_to_be_made_makes_none(take: Ingest, tmp_path: Path) -> None:
    folder = plant(tmp_path / "mine", TREE)
    report = take.update(folder, dry_run=True)
    assert (report.added, report.removed) == (12, 0)
    assert not take.path.parent.exists()
    assert take.update(folder).added == 12


def test_an_update_without_change_after_an_ingest_changes_no_byte(
    take: Ingest, folder: Path
) -> None:
    before = contents(take.path)
    assert take.update(folder).unchanged == 12
    assert contents(take.path) == before


def test_without_update_the_store_keeps_what_it_has(take: Ingest, folder: Path) -> None:
    change(folder)
    report = take(folder)
    assert (report.added, report.replaced, report.removed) == (2, 0, 0)
    assert report.rejects == {"E_CONFLICT": 3}
    kept = in_store(TREE)
    assert {name: kept[name] for name in kept} == {
        name: fact for name, fact in facts(take.path).items() if name in kept
    }


def test_what_was_replaced_and_gone_leaves_no_byte_after_compaction(
    take: Ingest, folder: Path
) -> None:
    old = [(folder / name).read_bytes() for name in ("train/happy/1.png", "train/fear/0.png")]
    now = change(folder)
    take.update(folder)
    held = b"".join(contents(take.path).values())
    assert all(one in held for one in old)
    compact(take.path)
    held = b"".join(contents(take.path).values())
    assert not any(one in held for one in old)
    assert b"train/fear/0.png" not in held
    assert facts(take.path) == in_store(now)
    plant(folder, {"train/fear/0.png": 20})
    assert take.update(folder).added == 1  # what was gone may return


def test_a_changed_label_or_split_replaces_the_sample(take: Ingest, tmp_path: Path) -> None:
    listed = {"a.png": 1, "b.png": 2, "c.png": 3}
    lines = "path,label\na.png,happy\nb.png,sad\nc.png,fear\n"
    folder = plant(tmp_path / "mine", {"train.csv": lines, **listed})
    take(folder)
    (folder / "train.csv").write_text(lines.replace("b.png,sad", "b.png,angry"))
    report = take.update(folder)
    assert (report.replaced, report.unchanged) == (1, 2)
    assert {name: fact[0] for name, fact in facts(take.path).items()} == {
        "list:a.png": "happy",
        "list:b.png": "angry",
        "list:c.png": "fear",
    }


def fer_file(folder: Path, labels: dict[int, int], bright: int = -1) -> Path:
    """A small fer2013.csv in which some rows have other labels, and one is another picture."""
    rows = fer_rows()
    lines = ["emotion,pixels,Usage"]
    for row in range(len(rows)):
        pixels = " ".join(["7"] * 2304) if row == bright else rows.pixels[row]
        lines.append(f"{labels.get(row, rows.labels[row])},{pixels},{rows.usages[row]}")
    folder.mkdir(exist_ok=True)
    (folder / "fer2013.csv").write_text("\n".join(lines) + "\n")
    return folder / "fer2013.csv"


def test_votes_stay_where_only_the_label_changed(take: Ingest, tmp_path: Path) -> None:
    take(fer_file(tmp_path / "fer", {}))
    votes = np.arange(1, 81, dtype=np.uint8).reshape(8, 10)
    with writing.open_writer(take.path, "votes") as writer, Store.open(take.path) as store:
        writer.set_votes(np.arange(8), votes)
        writer.commit(store.lineage[0])
    # row 1 another label, row 2 another picture, row 3 both
    path = fer_file(tmp_path / "fer", {1: 6, 3: 5}, bright=2)
    take.update(path)
    path.write_text(path.read_text().replace(fer_rows().pixels[3], " ".join(["9"] * 2304)))
    report = take.update(path)
    assert report.replaced == 1
    with Store.open(take.path) as store:
        ids = store.manifest.text("id").tolist()
        found = {ids.index(f"fer2013:{row:07d}"): row for row in range(8)}
        kept = [found[place] for place in range(8) if store.votes[place].any()]
        assert sorted(kept) == [0, 1, 4, 5, 6, 7]
        for place, row in found.items():
            if row in kept:
                np.testing.assert_array_equal(store.votes[place], votes[row])


def test_ids_of_another_input_are_never_replaced(take: Ingest, tmp_path: Path) -> None:
    first = plant(tmp_path / "first", {"train/sad/1.png": 1, "train/sad/2.png": 2})
    others = {f"train/happy/{n}.png": 20 + n for n in range(3)}
    second = plant(tmp_path / "second", others)
    for one in (first, second):
        take(one, name="mine")
    plant(second, {"train/sad/1.png": 50, "train/happy/2.png": 51})
    dry = take.update(second, name="mine", dry_run=True)
    report = take.update(second, name="mine")
    for one in (dry, report):
        assert (one.replaced, one.rejects, one.removed) == (1, {"E_CONFLICT": 1}, 0)
    found = facts(take.path)
    assert found["mine:train/sad/1.png"][1] == draw(1, SMALL).tobytes()
    assert found["mine:train/happy/2.png"][1] == draw(51, SMALL).tobytes()
    assert len(found) == 5


def test_what_another_input_stored_does_not_go(take: Ingest, folder: Path, tmp_path: Path) -> None:
    other = plant(tmp_path / "other", {"train/happy/x.png": 70, "train/sad/y.png": 71})
    take(other)
    (folder / "train/fear/1.png").unlink()
    report = take.update(folder)
    assert (report.removed, report.unchanged) == (1, 11)
    assert {"folder:train/happy/x.png", "folder:train/sad/y.png"} <= facts(take.path).keys()


def test_a_moved_store_knows_its_inputs_by_name(take: Ingest, folder: Path, tmp_path: Path) -> None:
    now = change(folder)
    moved = tmp_path / "elsewhere" / "mine"
    moved.parent.mkdir()
    folder.rename(moved)
    take.update(moved)
    assert facts(take.path) == in_store(now)
