"""FER+'s fer2013new.csv: joined by position, or not at all."""

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

HEADER = "Usage,Image name," + ",".join(VOTE_COLUMNS)


@pytest.fixture
def join(kit, tmp_path: Path) -> Callable[..., JoinedVotes]:
    """Write fer2013new.csv from its lines and join it."""

    def call(
        rows: list[str], samples: Manifest, header: str = HEADER, end: str = "\n", start: str = ""
    ) -> JoinedVotes:
        path = tmp_path / "fer2013new.csv"
        path.write_bytes((start + end.join([header, *rows]) + end).encode())
        recognition = FerPlus().recognize(path)
        assert recognition is not None
        assert recognition.layout == "fer2013new.csv"
        return FerPlus().join(recognition, samples, kit.count)

    return call


def test_aligned_votes_are_joined_by_position(join, kit) -> None:
    votes = kit.votes_for()
    joined = join(kit.lines(votes), kit.stored(votes))
    np.testing.assert_array_equal(joined.rows, np.arange(kit.count))
    np.testing.assert_array_equal(joined.votes, votes)
    assert joined.votes.dtype == np.uint8
    assert (joined.agreement, joined.compared, joined.rejects) == (1.0, kit.count, ())


def test_number_in_the_name_means_nothing(join, kit) -> None:
    votes = kit.votes_for()
    rows = [line.replace("fer0000", "fer0009") for line in kit.lines(votes)]
    rows[5] = rows[5].replace("fer0009005.png", "")
    rows[6] = rows[6].replace("fer0009006", "fer0009004")
    np.testing.assert_array_equal(join(rows, kit.stored(votes)).votes, votes)


FORMS: dict[str, dict[str, object]] = {
    "BOM": {"start": "\ufeff"},
    "CRLF": {"end": "\r\n"},
    "CR only": {"end": "\r"},
    "BOM and CRLF": {"start": "\ufeff", "end": "\r\n"},
    "blank lines": {"end": "\n\n"},
    "spaces in the header": {"header": HEADER.replace(",", ", ")},
    "quoted header": {"header": ",".join(f'"{name}"' for name in HEADER.split(","))},
    "header in capitals": {"header": HEADER.upper()},
}


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
def test_forms_of_the_file(form, join, kit) -> None:
    votes = kit.votes_for()
    joined = join(kit.lines(votes), kit.stored(votes), **form)
    np.testing.assert_array_equal(joined.votes, votes)
    assert joined.rejects == ()


ROWS = {
    "floats": lambda line: line.replace(",7", ",7.0").replace(",3", ",3.0"),
    "spaces": lambda line: line.replace(",", " , "),
    "quotes": lambda line: ",".join(f'"{cell}"' for cell in line.split(",")),
    "usage in lower case": str.lower,
    "columns at the end": lambda line: line + ",x,y",
}


@pytest.mark.parametrize("change", ROWS.values(), ids=ROWS)
def test_forms_of_a_row(change, join, kit) -> None:
    votes = kit.votes_for()
    joined = join([change(line) for line in kit.lines(votes)], kit.stored(votes))
    np.testing.assert_array_equal(joined.votes, votes)


def test_columns_are_found_by_name(join, kit) -> None:
    votes = kit.votes_for()
    order = [11, 0, *range(2, 11), 1]
    rows = [",".join(line.split(",")[column] for column in order) for line in kit.lines(votes)]
    header = ",".join(HEADER.split(",")[column] for column in order)
    np.testing.assert_array_equal(join(rows, kit.stored(votes), header=header).votes, votes)


AGREEMENTS = {0: "100.0%", 3: "98.9%", 90: "68.4%", 171: "40.0%"}


@pytest.mark.parametrize(("wrong", "share"), AGREEMENTS.items())
def test_agreement_is_the_share_of_decided_rows(wrong, share, join, kit) -> None:
    votes = kit.votes_for()
    votes[290:] = (4, 4, 1, 1, 0, 0, 0, 0, 0, 0)  # a tie: undecided
    votes[285:290] = (0, 0, 0, 0, 0, 0, 0, 0, 0, 10)  # not a face: no expression
    joined = join(kit.lines(votes), kit.stored(votes, wrong))
    assert joined.compared == 285
    assert joined.agreement == (285 - wrong) / 285
    assert joined.describe().startswith(
        f"votes for 300 rows; FER-2013's label is the votes' majority in {share} of 285 decided"
    )


def test_rows_that_the_store_lacks_get_no_votes(join, kit) -> None:
    votes, without = kit.votes_for(), (0, 7, 240, 299)
    joined = join(kit.lines(votes), kit.stored(votes, without=without))
    kept = np.delete(np.arange(kit.count), without)
    np.testing.assert_array_equal(joined.rows, np.arange(kit.count - 4))
    np.testing.assert_array_equal(joined.votes, votes[kept])
    assert joined.agreement == 1.0


def shifted_within_training(kit, votes: NDArray[np.uint8]) -> list[str]:
    rows = kit.lines(votes)
    return [*rows[1:240], rows[0], *rows[240:]]


def grouped_by_class(kit, votes: NDArray[np.uint8]) -> list[str]:
    order = np.argsort(votes.argmax(axis=1), kind="stable")
    rows = kit.lines(votes)
    return [rows[row] for row in order]


REFUSED = {
    "shifted by a row": (
        lambda kit, v: kit.shifted(v),
        "the usage of 3 rows differs, first in data row 239",
    ),
    "shifted within one usage": (shifted_within_training, "labels agree with the votes"),
    "grouped by class": (grouped_by_class, "the usage of "),
    "usages in another order": (
        lambda kit, v: kit.lines(v, kit.usages[240:] + kit.usages[:240]),
        "first in data row 0 ('PublicTest' here, 'Training' in the store)",
    ),
    "reversed": (lambda kit, v: kit.lines(v)[::-1], "the usage of "),
    "one row short": (
        lambda kit, v: kit.lines(v)[:-1],
        "299 rows, but the stored FER-2013 has 300",
    ),
    "one row too many": (lambda kit, v: [*kit.lines(v), kit.lines(v)[0]], "301 rows, but"),
    "no rows": (lambda kit, v: [], "0 rows, but the stored FER-2013 has 300"),
    "one usage unknown": (
        lambda kit, v: [kit.lines(v)[0].replace("Training", "Train"), *kit.lines(v)[1:]],
        "the usage of 1 rows differs, first in data row 0 ('Train' here, 'Training' in the store)",
    ),
    "quote never closed": (
        lambda kit, v: [kit.lines(v)[0].replace(",fer", ',"fer'), *kit.lines(v)[1:]],
        "1 rows, but",
    ),
    "quote never closed in a long file": (
        lambda kit, v: [kit.lines(v)[0].replace(",fer", ',"fer'), *kit.lines(v)[1:] * 20],
        "cannot be read: field larger than field limit",
    ),
    "all votes unreadable": (
        lambda kit, v: [line.replace(",7", ",x") for line in kit.lines(v)],
        "no row has votes for a stored row",
    ),
}


@pytest.mark.parametrize(("write", "message"), REFUSED.values(), ids=REFUSED)
def test_join_is_refused(write, message, join, kit) -> None:
    votes = kit.votes_for()
    with pytest.raises(InputError) as caught:
        join(write(kit, votes), kit.stored(votes))
    assert message in caught.value.message
    assert "fer2013new.csv" in caught.value.where


def test_misaligned_labels_are_told_by_their_agreement(join, kit) -> None:
    votes = kit.votes_for()
    with pytest.raises(InputError, match=r"only 39\.7% of 300 labels"):
        join(kit.lines(votes), kit.stored(votes, wrong=181))
    assert join(kit.lines(votes), kit.stored(votes, wrong=180)).agreement == 0.4


BAD_VOTES = {
    "word": "x,3,0,0,0,0,0,0,0,0",
    "empty": ",3,0,0,0,0,0,0,0,0",
    "eleven": "11,3,0,0,0,0,0,0,0,0",
    "negative": "-1,3,0,0,0,0,0,0,0,0",
    "fraction": "6.5,3.5,0,0,0,0,0,0,0,0",
    "nan": "nan,3,0,0,0,0,0,0,0,0",
    "inf": "inf,3,0,0,0,0,0,0,0,0",
    "256": "256,3,0,0,0,0,0,0,0,0",
    "too few": "7,3,0",
    "all zero": "0,0,0,0,0,0,0,0,0,0",
}


@pytest.mark.parametrize("cells", BAD_VOTES.values(), ids=BAD_VOTES)
def test_bad_votes_are_rejected_and_later_rows_keep_their_place(cells, join, kit) -> None:
    votes, rows = kit.votes_for(), kit.lines(kit.votes_for())
    rows[17] = f"Training,fer0000017.png,{cells}"
    joined = join(rows, kit.stored(votes))
    assert [(r.code, r.where) for r in joined.rejects] == [("E_RANGE", "fer2013new.csv:19")]
    assert "expected ten whole numbers 0..10" in joined.rejects[0].message
    np.testing.assert_array_equal(joined.rows, np.delete(np.arange(kit.count), 17))
    np.testing.assert_array_equal(joined.votes, np.delete(votes, 17, axis=0))
    assert (joined.agreement, joined.compared) == (1.0, kit.count - 1)


def test_lines_of_rejects_count_blank_lines(join, kit) -> None:
    votes, rows = kit.votes_for(), kit.lines(kit.votes_for())
    rows[2] = "\n" + rows[2].replace(",7", ",?")
    assert [r.line for r in join(rows, kit.stored(votes)).rejects] == [5]


def test_column_that_is_missing_is_named(join, kit) -> None:
    votes = kit.votes_for()
    with pytest.raises(InputError, match="no column Usage, fear"):
        join(
            kit.lines(votes),
            kit.stored(votes),
            header=HEADER.replace("Usage", "u").replace("fear", "f"),
        )
