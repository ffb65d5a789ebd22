"""FER-2013 as whole files: hostile ones, folders of several, and which known copy one is."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fercurate.domain.sample import Sample
from fercurate.errors import InputError
from fercurate.sources.fer2013.csv_file import ChallengeTable
from fercurate.sources.fer2013.source import Fer2013
from fercurate.sources.reading import csv_records
from fercurate.sources.registry import recognize

PLAIN = "emotion,pixels,Usage"


def lines_of(corpus, *rows: str, header: str = PLAIN) -> str:
    return "\n".join([header, *rows]) + "\n"


def quoted(corpus, index: int) -> str:
    return f'{corpus.labels[index]},"{corpus.pixels[index]}",{corpus.usages[index]}'


def unclosed(corpus, index: int) -> str:
    return quoted(corpus, index).replace('",', ",")


def two_unclosed(corpus) -> str:
    rows = corpus.rows()
    rows[1], rows[4] = unclosed(corpus, 1), unclosed(corpus, 4)
    return lines_of(corpus, *rows)


def two_unclosed_among_quoted(corpus) -> str:
    rows = [quoted(corpus, index) for index in range(8)]
    rows[1], rows[4] = unclosed(corpus, 1), unclosed(corpus, 4)
    return lines_of(corpus, *rows)


def adjacent_unclosed(corpus) -> str:
    rows = corpus.rows()
    rows[1], rows[2] = unclosed(corpus, 1), unclosed(corpus, 2)
    return lines_of(corpus, *rows)


def unclosed_then_unopened(corpus) -> str:
    """Between the two stray quotes stand whole quoted rows."""
    rows = [quoted(corpus, index) for index in range(8)]
    rows[1], rows[4] = unclosed(corpus, 1), quoted(corpus, 4).replace(',"', ",")
    return lines_of(corpus, *rows)


def overlong_then_unopened(corpus) -> str:
    rows = [quoted(corpus, index) for index in range(8)]
    rows[3], rows[4] = '3,"' + "70 " * 30_000 + '",Training', '9",Training'
    return lines_of(corpus, *rows)


def unclosed_then_blank(corpus) -> str:
    rows = corpus.rows()
    return lines_of(corpus, unclosed(corpus, 0), *[""] * 200_000, *rows[1:])


def glued(corpus) -> str:
    """``cat a.csv b.csv`` where a.csv had no last line end."""
    rows = corpus.rows()
    return "\n".join([PLAIN, *rows[:4]]) + "\n".join([PLAIN, *rows[4:]]) + "\n"


def other_order_appended(corpus) -> str:
    row = f"3,Training,{corpus.pixels[0]}"
    return corpus.csv() + f"emotion, Usage, pixels\n{row}\n"


def overlong(corpus) -> str:
    rows = corpus.rows()
    rows[3] = "3," + "70 " * 30_000 + ",Training"
    return lines_of(corpus, *rows)


def overlong_quoted(corpus) -> str:
    rows = [quoted(corpus, index) for index in range(8)]
    rows[3] = '3,"' + "70 " * 30_000 + '",Training'
    return lines_of(corpus, *rows)


def overlong_carriage_returns(corpus) -> str:
    return overlong(corpus).replace("\n", "\r")


HOSTILE = {
    "two quotes never closed": (two_unclosed, [("E_COLUMNS", 3), ("E_COLUMNS", 6)]),
    "two quotes never closed among quoted rows": (
        two_unclosed_among_quoted,
        [("E_COLUMNS", 3), ("E_COLUMNS", 6)],
    ),
    "adjacent quotes never closed": (adjacent_unclosed, [("E_COLUMNS", 3), ("E_COLUMNS", 4)]),
    "quote never closed, later one never opened": (
        unclosed_then_unopened,
        [("E_COLUMNS", 3), ("E_COLUMNS", 6)],
    ),
    "overlong line, then a quote never opened": (
        overlong_then_unopened,
        [("E_COLUMNS", 5), ("E_COLUMNS", 6)],
    ),
    "quote never closed, then blank lines": (unclosed_then_blank, [("E_COLUMNS", 2)]),
    "quote never closed in the header": (
        lambda c: c.csv().replace("pixels", '"pixels', 1),
        [],
    ),
    "cat of two files, the first not ended": (glued, [("E_COLUMNS", 5)]),
    "cat of two files in other orders": (
        other_order_appended,
        [("E_LABEL", 10), ("E_USAGE", 11)],
    ),
    "overlong line": (overlong, [("E_COLUMNS", 5)]),
    "overlong quoted line": (overlong_quoted, [("E_COLUMNS", 5)]),
    "overlong line, CR only": (overlong_carriage_returns, [("E_COLUMNS", 5)]),
    "NUL bytes at the end": (lambda c: c.csv() + "\0" * 5000 + "\n", [("E_COLUMNS", 10)]),
    "NUL bytes at the end, not ended": (lambda c: c.csv() + "\0" * 5000, [("E_TRUNCATED", 10)]),
    "header only": (lambda c: PLAIN + "\n", []),
    "header without line end": (lambda c: PLAIN, []),
}
LOST = {
    "two quotes never closed": (1, 4),
    "two quotes never closed among quoted rows": (1, 4),
    "quote never closed, later one never opened": (1, 4),
    "overlong line, then a quote never opened": (3, 4),
    "adjacent quotes never closed": (1, 2),
    "quote never closed, then blank lines": (0,),
    "cat of two files, the first not ended": (3,),
    "overlong line": (3,),
    "overlong quoted line": (3,),
    "overlong line, CR only": (3,),
    "header only": range(8),
    "header without line end": range(8),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_file_loses_only_its_broken_lines(name, corpus, read_csv, monkeypatch) -> None:
    monkeypatch.setattr(csv_records, "MAX_LINE", 20_000)
    write, faults = HOSTILE[name]
    reading = read_csv(write(corpus))
    assert reading.fault_lines == faults
    kept = [index for index in range(8) if index not in LOST.get(name, ())]
    assert len(reading.samples) == len(kept)
    for sample, index in zip(reading.samples, kept, strict=True):
        assert sample.native_label == str(corpus.labels[index])
        np.testing.assert_array_equal(sample.pixels, corpus.images[index])


def test_appended_file_in_another_order_loses_only_its_own_rows(corpus, read_csv) -> None:
    assert len(read_csv(other_order_appended(corpus)).samples) == 8


def test_overlong_line_is_said_to_be_one(corpus, read_csv, monkeypatch) -> None:
    monkeypatch.setattr(csv_records, "MAX_LINE", 20_000)
    (reject,) = read_csv(overlong(corpus)).rejects
    assert reject.message.startswith("a line of over ")


TRUNCATED = {
    "in the emotion": (PLAIN, "3", "E_TRUNCATED"),
    "after the emotion": (PLAIN, "3,", "E_TRUNCATED"),
    "in the pixels": (PLAIN, "3,70 80 90", "E_TRUNCATED"),
    "in quoted pixels": (PLAIN, '3,"70 80 90', "E_TRUNCATED"),
    "before the usage": (PLAIN, "3,PIXELS,", "E_TRUNCATED"),
    "in the usage": (PLAIN, "3,PIXELS,Traini", "E_TRUNCATED"),
    "whole, with a bad usage": (PLAIN, "3,PIXELS,Holdout", "E_USAGE"),
    "whole, with too few pixels": (PLAIN, "3,70 80 90,Training", "E_PIXCOUNT"),
    "whole, with no pixels": (PLAIN, "3,,Training", "E_MISSING"),
    "whole, with a bad emotion": (PLAIN, "9,PIXELS,Training", "E_LABEL"),
    "whole, with a column too many": (PLAIN, "3,PIXELS,Training,x", "E_COLUMNS"),
    "in the last of the icml columns": ("emotion, Usage, pixels", "3,Training,70 8", "E_TRUNCATED"),
    "before the last of the icml columns": ("emotion, Usage, pixels", "3,Training,", "E_TRUNCATED"),
    "icml, too many pixels": ("emotion, Usage, pixels", "3,Training,PIXELS 7", "E_PIXCOUNT"),
    "icml, usage cut": ("emotion, Usage, pixels", "3,Tra", "E_TRUNCATED"),
    "before the emotion in the end": ("pixels,Usage,emotion", "PIXELS,Training,", "E_TRUNCATED"),
    "bad emotion in the end": ("pixels,Usage,emotion", "PIXELS,Training,9", "E_LABEL"),
    "in pixels alone": ("pixels", "70 80 90", "E_TRUNCATED"),
    "after an index": (",emotion,pixels,Usage", "17", "E_TRUNCATED"),
}


@pytest.mark.parametrize(("header", "last", "code"), TRUNCATED.values(), ids=TRUNCATED)
def test_last_line_that_breaks_off(header, last, code, corpus, read_csv) -> None:
    """Only what a cut can explain is called truncated, and only where the line end is missing."""
    columns = [name.strip().casefold() for name in header.split(",")]
    whole = {"": "0", "emotion": "5", "pixels": corpus.pixels[0], "usage": "Training"}
    text = header + "\n" + ",".join(whole[name] for name in columns) + "\n"
    last = last.replace("PIXELS", corpus.pixels[1])
    reading = read_csv(text + last)
    assert reading.fault_lines == [(code, 3)]
    assert [sample.row for sample in reading.samples] == [0]
    ended = read_csv(text + last + "\n")
    assert len(ended.rejects) == 1
    assert ended.rejects[0].code != "E_TRUNCATED"


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_wide_encodings_are_not_recognized(encoding, corpus, read_csv) -> None:
    with pytest.raises(InputError):
        read_csv(corpus.csv().encode(encoding))


def test_header_of_utf16_says_so(corpus, tmp_path) -> None:
    path = tmp_path / "fer2013.csv"
    path.write_bytes(corpus.csv().encode("utf-16"))
    with pytest.raises(InputError, match=r"UTF-16 text\. Save the file as UTF-8"):
        csv_records.read_header(path)


NOT_FER = {
    "empty": b"",
    "only a BOM": b"\xef\xbb\xbf",
    "blank lines": b"\n\n",
    "example_submission.csv": b"emotion\n0\n3\n",
    "no header": b"3,70 80 90,Training\n",
    "pixels among others": b"id,pixels,age\n1,70 80,30\n",
    "PNG": b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR",
    "pickle": b"\x80\x04\x95\x10\0\0\0\0\0\0\0}\x94.",
    "zeros": bytes(4096),
    "open quote": b'"' + b"x" * 200_000,
    "header only of quotes": b'"' * 99,
    "CR only, other columns": b"name,value\ra,1\r",
}


@pytest.mark.parametrize("content", NOT_FER.values(), ids=NOT_FER)
def test_other_files_are_not_recognized(content, tmp_path) -> None:
    for path in (tmp_path / "data.csv", tmp_path):
        (tmp_path / "data.csv").write_bytes(content)
        assert Fer2013().recognize(path) is None
        with pytest.raises(InputError, match="not recognized"):
            recognize(path)


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"], ids=["LF", "CRLF", "CR"])
def test_every_reader_may_look_at_a_fer2013_csv(end, corpus, tmp_path) -> None:
    path = tmp_path / "fer2013.csv"
    path.write_text(corpus.csv(), newline=end)
    assert [found.source for found in recognize(path)] == ["fer2013"]


def test_missing_path_and_folder_named_csv(tmp_path) -> None:
    with pytest.raises(InputError, match="no such file or folder"):
        recognize(tmp_path / "absent.csv")
    (tmp_path / "fer2013.csv").mkdir()
    assert Fer2013().recognize(tmp_path) is None


@pytest.fixture(scope="module")
def scratch(tmp_path_factory):
    return tmp_path_factory.mktemp("any") / "fer2013.csv"


@given(
    st.sampled_from((PLAIN, "pixels", "emotion, Usage, pixels", '"emotion";"pixels"')),
    st.lists(
        st.sampled_from(
            (*'",;\t \r\n\0', "\r\n", "3", "0", "Training", "1 2 3 4", "\xff", "[", '""', ",3,")
        ),
        max_size=60,
    ),
)
def test_no_file_raises_and_lines_only_grow(scratch, header, parts) -> None:
    content = (header + "\n" + "".join(parts)).encode("latin-1")
    scratch.write_bytes(content)
    records = list(ChallengeTable(scratch, "fer2013", side=2).records())
    lines = [record.line for record in records]
    assert lines == sorted(set(lines))
    assert all(2 <= line <= content.count(b"\n") + 1 for line in lines)
    assert all(r.pixels.shape == (2, 2) for r in records if isinstance(r, Sample))
