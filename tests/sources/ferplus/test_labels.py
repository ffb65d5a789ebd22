"""FER+'s header-less label.csv: joined by position, or by the names of its companion."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from fercurate.domain.manifest import Manifest
from fercurate.domain.votes import VOTE_COLUMNS
from fercurate.errors import InputError
from fercurate.sources.ferplus.join import JoinedVotes
from fercurate.sources.ferplus.source import FerPlus
from fercurate.sources.registry import recognize

HEADER = "Usage,Image name," + ",".join(VOTE_COLUMNS)


def label_line(name: str, counts: NDArray[np.uint8]) -> str:
    return f'{name},"(0, 0, 48, 48)",' + ",".join(map(str, counts))


@pytest.fixture
def release(kit, tmp_path: Path) -> Callable[..., Path]:
    """Write the three label.csv files, some rows left out, and maybe the companion beside them."""

    def call(
        votes: NDArray[np.uint8],
        without: tuple[int, ...] = (),
        names: dict[int, str] | None = None,
        companion: list[str] | None = None,
        end: str = "\n",
    ) -> Path:
        start = 0
        for usage, size in kit.sizes.items():
            rows = [row for row in range(start, start + size) if row not in without]
            named = [(names or {}).get(row, f"fer{row:07d}.png") for row in rows]
            text = [label_line(name, votes[row]) for name, row in zip(named, rows, strict=True)]
            folder = tmp_path / "data" / kit.folders[usage]
            folder.mkdir(parents=True)
            folder.joinpath("label.csv").write_bytes((end.join(text) + end).encode())
            start += size
        if companion is not None:
            tmp_path.joinpath("fer2013new.csv").write_text("\n".join([HEADER, *companion, ""]))
        return tmp_path / "data"

    return call


def join_labels(kit, root: Path, samples: Manifest, layout: str = "label.csv") -> JoinedVotes:
    recognition = FerPlus().recognize(root)
    assert recognition is not None
    assert recognition.layout == layout
    return FerPlus().join(recognition, samples, kit.count)


@pytest.mark.parametrize("end", ["\n", "\r\n"], ids=["LF", "CRLF"])
def test_label_csv_is_joined_by_position_and_its_first_row_counts(end, release, kit) -> None:
    """Folders sort as Test, Train, Valid; the rows of FER-2013 do not."""
    votes = kit.votes_for()
    root = release(votes, names=dict.fromkeys(range(kit.count), "whatever.png"), end=end)
    joined = join_labels(kit, root, kit.stored(votes))
    order = np.argsort(joined.rows)
    np.testing.assert_array_equal(joined.rows[order], np.arange(kit.count))
    np.testing.assert_array_equal(joined.votes[order], votes)
    assert (joined.agreement, joined.compared) == (1.0, kit.count)


def test_one_label_csv_is_joined_to_its_usage(release, kit) -> None:
    votes = kit.votes_for()
    root = release(votes)
    joined = join_labels(kit, root / "FER2013Valid/label.csv", kit.stored(votes))
    np.testing.assert_array_equal(joined.rows, np.arange(240, 270))
    np.testing.assert_array_equal(joined.votes, votes[240:270])


def test_bom_in_a_label_csv(release, kit) -> None:
    votes = kit.votes_for()
    path = release(votes) / "FER2013Test/label.csv"
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    joined = join_labels(kit, path.parents[1], kit.stored(votes))
    np.testing.assert_array_equal(joined.votes[np.argsort(joined.rows)], votes)


def test_bad_votes_of_a_label_csv_tell_the_folder(release, kit) -> None:
    votes = kit.votes_for()
    path = release(votes) / "FER2013Valid/label.csv"
    path.write_text(path.read_text().replace(",7", ",seven", 1))
    joined = join_labels(kit, path.parents[1], kit.stored(votes))
    assert [(r.code, r.where) for r in joined.rejects] == [("E_RANGE", "FER2013Valid/label.csv:1")]
    np.testing.assert_array_equal(np.sort(joined.rows), np.delete(np.arange(kit.count), 240))


def test_short_label_csv_needs_its_companion(release, kit) -> None:
    votes = kit.votes_for()
    root = release(votes, without=(3, 4, 250))
    with pytest.raises(InputError, match="297 rows do not match the 300 stored") as caught:
        join_labels(kit, root, kit.stored(votes))
    assert "Put fer2013new.csv of the same release beside the label folders" in caught.value.fix


def test_short_label_csv_is_joined_by_the_names_of_its_companion(release, kit) -> None:
    votes, without = kit.votes_for(), (3, 4, 250)
    companion = [line.replace(f"fer{row:07d}.png", "") if row in without else line
                 for row, line in enumerate(kit.lines(kit.votes_for(seed=9)))]  # fmt: skip
    joined = join_labels(kit, release(votes, without, companion=companion), kit.stored(votes))
    order = np.argsort(joined.rows)
    kept = np.delete(np.arange(kit.count), without)
    np.testing.assert_array_equal(joined.rows[order], kept)
    np.testing.assert_array_equal(joined.votes[order], votes[kept])
    assert (joined.agreement, joined.compared) == (1.0, 297)


def test_name_that_occurs_twice_means_the_row_in_sequence(release, kit) -> None:
    """As with fer0011785: rows 5348 (out of sequence) and 11817 of the published file."""
    votes, without = kit.votes_for(), (20, 200)
    companion = kit.lines(votes)
    companion[20] = companion[20].replace("fer0000020", "fer0000120")
    companion[200] = companion[200].replace("fer0000200", "fer0000110")
    joined = join_labels(kit, release(votes, without, companion=companion), kit.stored(votes))
    order = np.argsort(joined.rows)
    np.testing.assert_array_equal(joined.rows[order], np.delete(np.arange(kit.count), without))
    np.testing.assert_array_equal(joined.votes[order], np.delete(votes, without, axis=0))


COMPANIONS = {
    "shifted": (lambda kit, v: kit.shifted(v), "the usage of 3 rows differs"),
    "of another length": (
        lambda kit, v: kit.lines(v)[:-1],
        "299 rows, but the stored FER-2013 has 300",
    ),
    "of other names": (
        lambda kit, v: [line.replace("fer0000", "fer0100") for line in kit.lines(v)],
        "no row has votes for a stored row",
    ),
}


@pytest.mark.parametrize(("write", "message"), COMPANIONS.values(), ids=COMPANIONS)
def test_companion_that_does_not_fit_is_refused(write, message, release, kit) -> None:
    votes = kit.votes_for()
    root = release(votes, without=(3,), companion=write(kit, votes))
    with pytest.raises(InputError, match=message):
        join_labels(kit, root, kit.stored(votes))


def test_labels_in_another_order_are_refused(release, kit) -> None:
    votes = kit.votes_for()
    path = release(votes) / "FER2013Train/label.csv"
    path.write_text("\n".join(path.read_text().splitlines()[::-1]))
    with pytest.raises(InputError, match="labels agree with the votes, as after a wrong join"):
        join_labels(kit, path.parents[1], kit.stored(votes))


def test_folder_that_tells_no_usage_is_refused(release, kit) -> None:
    votes = kit.votes_for()
    root = release(votes)
    root.joinpath("FER2013Valid").rename(root / "Valid")
    with pytest.raises(InputError, match="expected a folder FER2013Train, FER2013Valid or"):
        join_labels(kit, root, kit.stored(votes))


OTHERS = {
    "empty": b"",
    "CR-only fer2013.csv": b"emotion,pixels,Usage\r3,70 80,Training\r",
    "twelve other columns": b"a,b,c,d,e,f,g,h,i,j,k,l\n",
    "votes without a rectangle": b"fer0000000.png,1,2,3,4,5,6,7,8,9,10,11\n",
    "open quote": b'fer0000000.png,"(0, 0, 48, 48),1,2,3\n',
    "NUL bytes": bytes(5000),
    "UTF-16": ("\ufeff" + HEADER).encode("utf-16-le"),
    "Latin-1": "Gesichtsausdrücke,Übung\n".encode("latin-1"),
}


@pytest.mark.parametrize("content", OTHERS.values(), ids=OTHERS)
def test_other_files_are_not_recognized(content, tmp_path) -> None:
    path = tmp_path / "label.csv"
    path.write_bytes(content)
    assert FerPlus().recognize(path) is None
    assert FerPlus().recognize(tmp_path) is None


def test_folder_with_both_corpora_gives_the_pictures_first(corpus, tmp_path, kit) -> None:
    (tmp_path / "fer2013.csv").write_text(corpus.csv())
    (tmp_path / "fer2013new.csv").write_text("\n".join([HEADER, *kit.lines(kit.votes_for()), ""]))
    assert [(r.source, r.layout) for r in recognize(tmp_path)] == [
        ("fer2013", "csv"),
        ("ferplus", "fer2013new.csv"),
    ]


def test_names_that_both_tables_repeat_mean_the_same_rows(release, kit) -> None:
    votes, without = kit.votes_for(), (3,)
    repeated = {20: "fer0000120.png", 200: "fer0000110.png"}
    companion = kit.lines(votes)
    for row, name in repeated.items():
        companion[row] = companion[row].replace(f"fer{row:07d}.png", name)
    root = release(votes, without, names=repeated, companion=companion)
    joined = join_labels(kit, root, kit.stored(votes))
    order = np.argsort(joined.rows)
    np.testing.assert_array_equal(joined.rows[order], np.delete(np.arange(kit.count), without))
    np.testing.assert_array_equal(joined.votes[order], np.delete(votes, without, axis=0))


def test_a_companion_with_other_votes_is_named(release, kit) -> None:
    votes = kit.votes_for()
    other = votes.copy()
    other[[5, 6, 250, 299]] = votes[[5, 6, 250, 299]][:, ::-1]
    root = release(votes, without=(3, 4, 5), companion=kit.lines(other))
    joined = join_labels(kit, root, kit.stored(votes))
    assert joined.describe().endswith(
        "; not read: the votes of fer2013new.csv, which has other votes for 3 of these rows"
    )
    same = release_again(root, kit.lines(votes))
    assert "not read" not in join_labels(kit, same, kit.stored(votes)).describe()


def release_again(root: Path, companion: list[str]) -> Path:
    root.parent.joinpath("fer2013new.csv").write_text("\n".join([HEADER, *companion, ""]))
    return root


@pytest.mark.parametrize("inner", ["data", "."])
def test_label_files_beside_that_disagree_are_named(inner, release, kit, tmp_path) -> None:
    votes = kit.votes_for()
    other = votes.copy()
    other[[0, 1, 240]] = votes[[0, 1, 240]][:, ::-1]
    root = release(votes, without=(7, 8), companion=kit.lines(other))
    for folder in list(root.iterdir()):
        folder.rename(tmp_path / inner / folder.name)
    joined = join_labels(kit, tmp_path, kit.stored(votes), "fer2013new.csv")
    np.testing.assert_array_equal(joined.votes, other)
    assert joined.describe().endswith(
        "; not read: label.csv, which has other votes for 3 of these rows and has none for "
        "2 of these rows"
    )


def test_label_files_beside_that_agree_are_not_mentioned(release, kit, tmp_path) -> None:
    votes = kit.votes_for()
    release(votes, companion=kit.lines(votes))
    joined = join_labels(kit, tmp_path, kit.stored(votes), "fer2013new.csv")
    assert "not read" not in joined.describe()
