"""The border of an ingest: evidence or a question, ids that never collide, options that count."""

from collections import Counter
from typing import Any

import numpy as np
import pytest

from fercurate.domain.taxonomy import parse_label_map
from fercurate.errors import InputError, UsageError
from fercurate.pipeline.ingest.ingest import ingest
from fercurate.pipeline.ingest.request import IngestRequest
from fercurate.sources.names.subject_rule import parse_subject_rule
from tests.corpora import Tree, draw, encode, fer_rows, plant

FER = fer_rows()


SPLITS: dict[str, tuple[Tree, dict[str, str]]] = {
    "words around": ({"Train Data/sad/1.png": 1, "test_images/sad/1.png": 2},
                     {"Train Data/sad/1.png": "Training", "test_images/sad/1.png": "Test"}),
    "below the class": ({"sad/dev/1.png": 1}, {"sad/dev/1.png": "Validation"}),
    "in names of files": ({"test_1_sad.png": 1}, {"test_1_sad.png": "Test"}),
    "outermost first": ({"train/sad/test/1.png": 1}, {"train/sad/test/1.png": "Training"}),
}  # fmt: skip


@pytest.mark.parametrize("case", SPLITS)
def test_splits_are_understood(case, run, rows) -> None:
    tree, expected = SPLITS[case]
    run(tree)
    assert {id_.partition(":")[2]: facts[1] for id_, facts in rows().items()} == expected


def test_a_root_named_for_a_split_gives_it_and_the_ids_of_the_whole_tree(
    tmp_path, run, rows
) -> None:
    root = plant(tmp_path / "pack", {"train/sad/1.png": 1, "test/sad/1.png": 2})
    run(root / "train")
    run(root / "test")
    apart = rows()
    assert {i: f[1] for i, f in apart.items()} == {
        "folder:train/sad/1.png": "Training", "folder:test/sad/1.png": "Test",
    }  # fmt: skip
    assert not run(root)[0].changed
    assert rows() == apart


def test_siblings_that_tell_no_split_are_pointed_out(run) -> None:
    (corpus,) = run({"A/sad/1.png": 1, "B/sad/1.png": 2})
    assert "folders A and B above the classes tell no split" in corpus.variant


def test_siblings_that_tell_a_split_are_not(run) -> None:
    (told,) = run({"train/sad/3.png": 3, "test/sad/3.png": 4})
    assert "tell no split" not in told.variant


def test_a_split_may_be_given(run, rows) -> None:
    run({"sad/1.png": 1}, split="Test")
    assert rows()["folder:sad/1.png"][1] == "Test"


PIXELS = " ".join(["7"] * 2304)
UNUSED: dict[str, tuple[Tree, dict[str, Any], str]] = {
    "--split, all told": ({"train/sad/1.png": 1}, {"split": "Test"}, "--split: every row"),
    "--subject, nobody": ({"sad/1.png": 1}, {"subject": parse_subject_rule(r"p(\d)")},
                          "finds nobody"),
    "--label-map, no code met": ({"sad/1.png": 1}, {"label_map": parse_label_map("0=angry")},
                                 "none of its labels occurs"),
}  # fmt: skip


@pytest.mark.parametrize("case", UNUSED)
def test_an_option_that_nothing_used_is_an_error(case, run, tmp_path) -> None:
    tree, options, message = UNUSED[case]
    with pytest.raises(UsageError, match=message):
        run(tree, **options)
    assert not (tmp_path / "s.h5").exists()


def test_an_option_that_no_source_takes_is_an_error(tmp_path) -> None:
    root = plant(tmp_path / "d", {"sad/1.png": 1})
    for option, value in (("peak", 2), ("per_class", 4), ("image_size", 64)):
        request = IngestRequest((root,), tmp_path / "s.h5", options={option: value})
        with pytest.raises(UsageError, match="nothing here takes it: this is folder"):
            ingest(request)


MAPS: dict[str, tuple[Tree, str]] = {
    "folders": ({"shocked/1.png": 1, "sad/1.png": 2}, "shocked=surprise"),
    "folders, case and accents": ({"Choqué/1.png": 1, "sad/1.png": 2}, "choque=surprise"),
    "a list": ({"l.csv": "path,label\na.jpg,shocked\n", "a.jpg": 1}, "shocked=surprise"),
    "a table": ({"t.csv": f"label,pixels\nshocked,{PIXELS}\n"}, "shocked=surprise"),
    "unknown words only": ({"choc/1.png": 1, "grr/1.png": 2}, "choc=surprise,grr=angry"),
}


@pytest.mark.parametrize("case", MAPS)
def test_a_label_map_with_names_holds_everywhere(case, run, rows) -> None:
    tree, text = MAPS[case]
    run(tree, label_map=parse_label_map(text))
    assert "surprise" in {facts[0] for facts in rows().values()}


def test_a_map_of_another_corpus_is_refused(run, tmp_path) -> None:
    tree = {f"train/{code}/a.png": code for code in range(7)}
    with pytest.raises(InputError, match=r"leaves '0' unexplained, while its own 7=neutral"):
        run(tree, label_map=parse_label_map("rafdb"))
    assert not (tmp_path / "s.h5").exists()


def test_a_map_may_have_codes_that_do_not_occur(run) -> None:
    assert run({"1/a.png": 1, "2/a.png": 2}, label_map=parse_label_map("rafdb"))[0].added == 2


def test_folders_of_unknown_words_are_asked_about(run) -> None:
    with pytest.raises(InputError, match="no known words") as caught:
        run({"train/vergnügt/1.png": 1, "train/grantig/1.png": 2, "test/grantig/1.png": 3})
    assert "--label-map 'grantig=...,vergnügt=...'" in caught.value.fix


COLLISIONS: dict[str, tuple[Tree, Tree]] = {
    "class folders": ({"sad/1.png": 1}, {"sad/1.png": 2, "sad/2.png": 3}),
    "another label": ({"1.png": 1, "l.csv": "path,label\n1.png,sad\n"},
                      {"1.png": 1, "l.csv": "path,label\n1.png,happy\n"}),
    "a published name": ({"fer2013.csv": FER.csv()},
                         {"fer2013.csv": FER.csv().replace("\n3,", "\n4,")}),
}  # fmt: skip


@pytest.mark.parametrize("case", COLLISIONS)
def test_an_input_with_the_ids_of_another_is_refused_whole(case, run, rows, tmp_path) -> None:
    first, second = (plant(tmp_path / n, t) for n, t in zip("AB", COLLISIONS[case], strict=True))
    run(first)
    before = rows()
    if case == "a published name":
        report = run(second)[0]
        assert report.rejects, "the same file, a little changed: its rows are rejects"
        assert "--update" in report.examples[0].message
    else:
        with pytest.raises(InputError, match=r"have the ids of other rows, stored from") as caught:
            run(second)
        assert "--name " in caught.value.fix
    assert rows() == before
    run(second, name="b")
    assert len(rows()) > len(before)


def test_folders_read_at_once_are_named_in_their_ids(run, rows, tmp_path) -> None:
    packs = [plant(tmp_path / n, {"sad/1.png": k}) for k, n in enumerate(("A", "B"))]
    run(*packs)
    assert set(rows()) == {"folder:A/sad/1.png", "folder:B/sad/1.png"}


def test_the_same_files_are_not_stored_a_second_time_under_other_ids(run, rows, tmp_path) -> None:
    packs = [plant(tmp_path / n, {"sad/1.png": k}) for k, n in enumerate(("A", "B"))]
    run(packs[0])
    report = run(*packs)
    assert [(corpus.added, corpus.unchanged) for corpus in report] == [(0, 1), (1, 0)]
    assert "stored already, under other ids" in report[0].remarks[-1]
    assert set(rows()) == {"folder:sad/1.png", "folder:B/sad/1.png"}


def test_tables_of_pixels_hold_their_name_in_their_ids(run, rows, tmp_path) -> None:
    text = f"label,pixels\n0,{PIXELS}\n"
    files = [plant(tmp_path / n, {f"{n}.csv": text}) / f"{n}.csv" for n in ("one", "two")]
    run(*files)
    assert set(rows()) == {"list:one/0000000", "list:two/0000000"}


CODES: dict[str, tuple[str, str]] = {
    "from one": ("123456", "the codes count from 1"),
    "eight classes": ("01234567" * 2, "fer2013 has no code 7"),
}


@pytest.mark.parametrize("case", CODES)
@pytest.mark.parametrize("usage", ["Training", "train"], ids=["published usage", "plain usage"])
def test_codes_that_speak_against_the_order_are_asked_about(case, usage, run, tmp_path) -> None:
    codes, message = CODES[case]
    lines = "".join(f"{code},{PIXELS},{usage}\n" for code in codes)
    file = plant(tmp_path / "d", {"t.csv": "emotion,pixels,Usage\n" + lines}) / "t.csv"
    for path in (file, file.parent):
        with pytest.raises(InputError, match=message) as caught:
            run(path)
        assert "--label-map" in caught.value.fix
    assert run(file, label_map=parse_label_map("affectnet"))[0].added == len(codes)


def test_the_order_that_was_assumed_is_said(run) -> None:
    (corpus,) = run({"t.csv": f"emotion,pixels\n0,{PIXELS}\n3,{PIXELS}\n"})
    assert "codes read as those of fer2013: 0=angry" in corpus.variant
    (named,) = run({"t.csv": f"emotion,pixels\nsad,{PIXELS}\n"}, name="named")
    assert "codes" not in named.variant


EVIDENCE: dict[str, tuple[Tree, str]] = {
    "48x48 gray": ({"train/sad/1.png": encode(draw(1)), "test/sad/1.png": encode(draw(2))},
                   "folder"),
    "names of usages": ({"train/sad/Training_1.png": encode(draw(1))}, "fer2013"),
    "own columns": ({"x.csv": f"emotion,pixels\n3,{PIXELS}\n"}, "list"),
    "published usages": ({"x.csv": f"emotion,pixels,Usage\n3,{PIXELS},PublicTest\n"}, "fer2013"),
    "plain usages": ({"x.csv": f"emotion,pixels,Usage\n3,{PIXELS},train\n"}, "list"),
    "a name": ({"fer2013.csv": f"emotion,pixels\n3,{PIXELS}\n"}, "fer2013"),
    "a validation table beside": ({"train.csv": f"emotion,pixels\n3,{PIXELS}\n",
                                   "val.csv": f"emotion,pixels\n3,{PIXELS}\n"}, "list"),
}  # fmt: skip


@pytest.mark.parametrize("case", EVIDENCE)
def test_the_name_of_a_corpus_needs_evidence(case, tmp_path) -> None:
    tree, source = EVIDENCE[case]
    folder = plant(tmp_path / "data", tree)
    for path in (folder, *sorted(folder.rglob("*.csv"))):
        report = ingest(IngestRequest((path,), tmp_path / f"{path.name}.h5"))
        assert [corpus.source for corpus in report] == [source], "a file and its folder are one"


PEOPLE: dict[str, tuple[Tree, str, Counter[str]]] = {
    "names of a corpus": ({"sad/S010_004_00000017.x.png": 1}, "", Counter({"S010": 1})),
    "above": ({"p01/sad/1.png": 1, "p02/sad/1.png": 2}, "", Counter(p01=1, p02=1)),
    "below": ({"sad/001/1.png": 1, "happy/001/1.png": 2}, "", Counter({"001": 2})),
    "level": ({"sad/eve/1.png": 1, "sad/bob/1.png": 2}, "-1", Counter(eve=1, bob=1)),
    "level from above": ({"eve/sad/1.png": 1}, "1", Counter(eve=1)),
    "pattern": ({"sad/eve_1.png": 1}, r"/([a-z]+)_", Counter(eve=1)),
    "none": ({"2013/sad/1.png": 1, "sad/front/1.png": 2}, "", Counter()),
}


@pytest.mark.parametrize("case", PEOPLE)
def test_people_are_kept(case, run, rows) -> None:
    tree, rule, people = PEOPLE[case]
    options = {"subject": parse_subject_rule(rule)} if rule else {}
    run(tree, source="folder", **options)
    assert Counter(facts[2] for facts in rows().values() if facts[2]) == people


@pytest.mark.parametrize("text", ["0", "p(", "(?:x)", r"p\d+", "p.*", "^p"])
def test_subject_rules_that_cannot_be(text) -> None:
    with pytest.raises(UsageError):
        parse_subject_rule(text)


def test_nothing_changes_for_a_second_run(run) -> None:
    tree = {"train/0_angry/1.png": 1, "test/0_angry/1.png": 2}
    assert run(tree)[0].changed
    again = run(tree)[0]
    assert (again.changed, again.added, again.unchanged) == (False, 0, 2)


def test_counts_of_published_classes_in_another_order(tmp_path, run) -> None:
    """FER-2013 in AffectNet's codes has no published count of any class in its own order."""
    codes = {"6": 491, "5": 55, "4": 528, "1": 879, "2": 594, "3": 416, "0": 626}
    small = " ".join(["9"] * 64)
    lines = "".join(f"{code},{small},PrivateTest\n" * count for code, count in codes.items())
    file = plant(tmp_path / "d", {"fer2013.csv": "emotion,pixels,Usage\n" + lines})
    with pytest.raises(InputError, match="the rows by class are not those of fer2013") as caught:
        run(file, source="fer2013")
    assert "--label-map affectnet" in caught.value.fix
    assert "These are the published counts of fer2013" in caught.value.fix
    np.testing.assert_equal(sum(codes.values()), 3589)


def test_codes_of_other_corpora_that_count_from_one_are_asked_about(run) -> None:
    """A list of AffectNet whose codes were raised by one would be wrong in every row."""
    header = "subDirectory_filePath,face_x,face_y,face_width,face_height,facial_landmarks,"
    points = ";".join(["1"] * 136)
    lines = [f"a/{c}.jpg,0,0,9,9,{points},{c},0.1,0.2" for c in range(1, 9)]
    text = "\n".join([header + "expression,valence,arousal", *lines]) + "\n"
    pictures = {f"Manually_Annotated_Images/a/{c}.jpg": c for c in range(1, 9)}
    with pytest.raises(InputError, match="the codes count from 1, those of affectnet from 0"):
        run({"training.csv": text, **pictures})
    run({}, label_map=parse_label_map("affectnet"))


def test_what_is_gone_since_an_earlier_ingest_is_said(run, tmp_path, rows) -> None:
    root = plant(tmp_path / "d", {f"happy/{n}.png": n for n in range(4)})
    run(root)
    (root / "sad").mkdir()
    (root / "happy/0.png").rename(root / "sad/0.png")
    (root / "happy/1.png").unlink()
    (corpus,) = run(root)
    assert corpus.remarks[-1].startswith("2 samples of an earlier ingest not there any more")
    assert len(rows()) == 5
    assert run(root, name="anew")[0].remarks == ()
