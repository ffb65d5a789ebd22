"""Every file of an ingest is accounted for, and what changes some pictures is counted."""

import os
from pathlib import Path

import pytest
from PIL import Image

from fercurate.domain.lineage import FileAccount
from fercurate.domain.taxonomy import parse_label_map
from fercurate.errors import InputError
from fercurate.pipeline.ingest.report import IngestReport
from fercurate.store.store import Store
from tests.corpora import Tree, draw, encode, fer_rows, plant
from tests.corpora_by_source import BUILDERS
from tests.docs.layouts import LAYOUTS

FER = fer_rows()


def files_below(root: Path) -> int:
    return sum(len(files) for _, _, files in os.walk(root))


JUNK: Tree = {
    "notes.md": "x", "more/table.csv": "a,b\n", "more/.DS_Store": b"x", "more/x.zip": b"PK",
    "odd/deep/spare.png": 7, "odd/broken.dat": b"\0", "film.mp4": b"x",
}  # fmt: skip


@pytest.mark.parametrize("name", BUILDERS)
@pytest.mark.parametrize("junk", [{}, JUNK], ids=["alone", "among other files"])
def test_the_sum_of_files_holds_for_every_source(name, junk, tmp_path, run) -> None:
    root = tmp_path / name
    root.mkdir()
    BUILDERS[name](root)
    plant(root, junk)
    corpora = run(root)
    sources = [corpus for corpus in corpora if corpus.source != "ferplus"]
    assert sum(corpus.files.seen for corpus in sources) == files_below(root)
    for corpus in sources:
        account = corpus.files
        assert account.seen == account.read + account.rejected + account.passed
        assert account.read > 0
        assert all(group.reason and group.files for group in account.passed_over)
    passed = sum(corpus.files.passed for corpus in sources)
    assert passed >= len(junk)
    with Store.open(tmp_path / "s.h5") as store:
        stored = [entry.files for entry in store.lineage if entry.source != "ferplus"]
    assert stored == [corpus.files for corpus in sources]


@pytest.mark.parametrize("name", [n for n, one in LAYOUTS.items() if one.source == "folder"])
def test_the_sum_holds_for_layouts_of_class_folders(name, tmp_path, run) -> None:
    junk = {name: content for name, content in JUNK.items() if name != "odd/deep/spare.png"}
    root = plant(tmp_path / "data", {**LAYOUTS[name].tree, **junk})
    words = parse_label_map("cheerful=happy,grim=angry,0=angry,3=happy,odd=-,deep=-")
    mapped = {"label_map": words} if "0/1.png" in LAYOUTS[name].tree or "own" in name else {}
    (corpus,) = run(root, **mapped)
    assert corpus.files.seen == files_below(root)
    reasons = {group.reason for group in corpus.files.passed_over}
    assert "debris of the operating system" in reasons


def test_what_is_passed_over_is_told_by_folder_suffix_and_reason(run) -> None:
    tree = {"happy/a.png": 1, "happy/b.png": b"x", "happy/read.me": b"x", "top.png": 2}
    (corpus,) = run({**tree, "other/1.jpg": 3, "other/2.jpg": 4, "happy/.x": b""})
    assert (corpus.files.read, corpus.files.rejected) == (1, 1)
    assert [(g.folder, g.suffix, g.reason, g.files) for g in corpus.files.passed_over] == [
        ("", ".png", "in no class folder", 1),
        ("happy", "", "debris of the operating system", 1),
        ("happy", ".me", "no picture, by its name and content", 1),
        ("other", ".jpg", "in no class folder", 2),
    ]


def test_many_groups_are_put_together(run) -> None:
    tree = {f"more/{n}/deep/a.jpg": n for n in range(40)}
    (corpus,) = run({"happy/a.png": 1, **tree})
    assert [(g.folder, g.files) for g in corpus.files.passed_over] == [("more", 40)]


def test_an_account_comes_back_from_json() -> None:
    assert FileAccount.from_json({}) == FileAccount()


def test_a_tree_that_is_there_twice_is_pointed_out(run) -> None:
    once = {f"{c}/{n}.png": n + 9 * (c == "sad") for c in ("happy", "sad") for n in range(4)}
    copies = {f"{top}/{name}": n for top in ("all", "split/train") for name, n in once.items()}
    (corpus,) = run(copies)
    assert corpus.remarks == (
        "8 of 16 pictures are there twice: split/ holds the same as all/; to read one copy, "
        "name its folder",
    )


def test_trees_of_different_pictures_are_not(run) -> None:
    tree = {f"{top}/happy/{n}.png": n + 5 * (top == "b") for top in "ab" for n in range(5)}
    assert run(tree)[0].remarks == ()


def test_pictures_too_small_are_rejects(run) -> None:
    tree = {"sad/a.png": encode(draw(1, (7, 30))), "sad/b.png": encode(draw(2, (8, 8)))}
    assert run(tree)[0].rejects == {"E_SIZE": 1}
    assert run(tree, name="all", least_side=1)[0].rejects == {}
    assert run({"sad/c.png": encode(draw(3, (40, 40)))}, name="large", least_side=40)[0].added == 1


def test_pictures_of_several_frames_are_counted(run, tmp_path) -> None:
    frames = [Image.fromarray(draw(n, (16, 16))) for n in range(3)]
    (tmp_path / "data/sad").mkdir(parents=True)
    frames[0].save(tmp_path / "data/sad/a.gif", save_all=True, append_images=frames[1:])
    frames[0].save(tmp_path / "data/sad/b.gif")
    (corpus,) = run(tmp_path / "data")
    assert "; 1 picture holds several frames, of which the first is read" in corpus.variant


def test_files_without_a_telling_suffix_go_by_content(run) -> None:
    names = ("a.jfif", "b", "c.JPG", "d.jpe", "e.dat", "f.pjpeg", "g.pnm")
    tree = {f"happy/{name}": encode(draw(n), "jpg") for n, name in enumerate(names)}
    (corpus,) = run({**tree, "happy/LICENSE": "words"})
    assert (corpus.added, corpus.files.passed) == (len(names), 1)


def test_when_one_corpus_fails_the_others_are_stored_and_reported(run, tmp_path, rows) -> None:
    good = plant(tmp_path / "good", {"sad/1.png": 1})
    bad = plant(tmp_path / "bad", {"sad/1.png": b"broken"})
    with pytest.raises(InputError, match="all 1 rows were rejected") as caught:
        run(bad, good)
    assert isinstance(caught.value.partial, IngestReport)
    assert [corpus.added for corpus in caught.value.partial] == [1]
    assert set(rows()) == {"folder:good/sad/1.png"}


def test_pixels_of_a_shortened_array_are_named(run) -> None:
    with pytest.raises(InputError, match="NumPy shortened this text"):
        run({"t.csv": 'emotion,pixels\n3,"[ 70  80  82 ... 106 109  82]"\n'})
