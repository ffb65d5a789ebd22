"""Votes of FER+ beside the table they belong to, wrong in a row or as a whole."""

from collections.abc import Iterator, Mapping
from typing import Any

from benchmarks.torture.hostile.case import Case, Expected, Refused, Stored, ingest
from benchmarks.torture.hostile.inputs import Content, fer_csv, planted

KIND = "votes"
ROWS = 12
NAMES = "neutral,happiness,surprise,sadness,anger,disgust,fear,contempt,unknown,NF"
HEADER = f"Usage,Image name,{NAMES}"
FER = fer_csv(ROWS)
COLUMN_OF = (4, 5, 6, 1, 3, 2, 0)
"""The column of votes for each of FER-2013's codes."""


def _votes(row: int) -> list[str]:
    counts = ["0"] * 10
    counts[COLUMN_OF[row % 7]] = "10"
    return counts


def _row(row: int, **cells: Any) -> str:
    """A line of ``fer2013new.csv``; votes by number of column, ``usage`` and ``name``."""
    votes = _votes(row)
    for key, value in cells.items():
        if key.startswith("v"):
            votes[int(key[1:])] = value
    usage, name = cells.get("usage", "Training"), cells.get("name", f"fer{row:07d}.png")
    return ",".join([usage, name, *votes])


def _table(changed: str, header: str = HEADER) -> str:
    lines = [_row(row) for row in range(ROWS)]
    lines[5] = changed
    return "\n".join([header, *lines]) + "\n"


PLAIN = _table(_row(5))
ONE_BAD = Stored(ROWS, {"E_RANGE": 1})

VALUES: Mapping[str, str] = {
    "a word": "many",
    "nothing": "",
    "negative": "-1",
    "11": "11",
    "huge": "9" * 400,
    "a fraction": "1.5",
    "nan": "nan",
    "infinite": "inf",
    "overflow": "1e999",
    "hexadecimal": "0x1",
    "a NUL byte": "1\0",
    "bytes": "\udcff",
    "a percentage": "10%",
    "true": "True",
    "two": "1 1",
    "4 MB": "x" * 4_000_000,
    "100,000 digits": "1" * 100_000,
}
"""One cell of votes."""

LINES: Mapping[str, tuple[str, Expected]] = {
    "all zero": (_row(5, **{f"v{n}": "0" for n in range(10)}), ONE_BAD),
    "nine votes": (_row(5).rpartition(",")[0], ONE_BAD),
    "no votes": ("Training,fer0000005.png", ONE_BAD),
    "no name": (_row(5, name=""), Stored(ROWS)),
    "the name of another row": (_row(5, name="fer0000004.png"), Stored(ROWS)),
    "the usage alone": ("Training", ONE_BAD),
    "another usage": (_row(5, usage="PublicTest"), Refused(r"fer2013new\.csv.*usage")),
    "an unknown usage": (_row(5, usage="Nowhere"), Refused(r"fer2013new\.csv.*usage")),
    "no usage": (_row(5, usage=""), Refused(r"fer2013new\.csv.*usage")),
    "a junk line": ("junk", Refused(r"fer2013new\.csv.*usage")),
    "no line": ("", Refused(r"fer2013new\.csv.*rows")),
    "the line twice": (f"{_row(5)}\n{_row(5)}", Refused(r"fer2013new\.csv.*rows")),
    "a quote that never closes": (f'"{_row(5)}', Refused(r"fer2013new\.csv")),
    "a NUL byte": ("\0", Refused(r"fer2013new\.csv")),
    "the header": (HEADER, Refused(r"fer2013new\.csv")),
}
"""One line of votes."""

FILES: Mapping[str, tuple[Content, Expected]] = {
    "no rows": (f"{HEADER}\n", Refused(r"fer2013new\.csv")),
    "200,000 junk lines": (PLAIN + "junk\n" * 200_000, Refused(r"fer2013new\.csv")),
    "a column of votes missing": (PLAIN.replace("anger,", "rage,"), Refused(r"fer2013new\.csv")),
    "no usage": (PLAIN.replace("Usage,", "Use,"), Refused(r"fer2013new\.csv")),
    "anger twice": (PLAIN.replace("disgust", "anger"), Refused(r"fer2013new\.csv.*anger")),
    "usage twice": (PLAIN.replace("NF", "NF,usage"), Refused(r"fer2013new\.csv.*usage")),
    "names of another case": (PLAIN.replace(HEADER, HEADER.upper()), Stored(2 * ROWS)),
    "shuffled columns": (PLAIN.replace(NAMES, ",".join(reversed(NAMES.split(",")))),
                         Stored(2 * ROWS)),
    "with a mark": (PLAIN.encode("utf-8-sig"), Stored(2 * ROWS)),
    "carriage returns": (PLAIN.replace("\n", "\r"), Stored(2 * ROWS)),
    "blank lines": (PLAIN.replace("\n", "\n" * 1000), Stored(2 * ROWS)),
    "a field of 200,000 letters": (PLAIN.replace("fer0000003", "x" * 200_000),
                                   Refused(r"fer2013new\.csv")),
    "a quote at the end": (PLAIN + '"', Stored(2 * ROWS)),
    "cut in a row": (PLAIN[:-9], Stored(2 * ROWS - 1, {"E_RANGE": 1})),
    "cut in a header": (HEADER[:30], Stored(ROWS)),
    "empty": ("", Stored(ROWS)),
    "UTF-16": (PLAIN.encode("utf-16"), Stored(ROWS)),
    "NUL bytes": (b"\0" * 10_000, Stored(ROWS)),
}  # fmt: skip
"""The whole of ``fer2013new.csv``; one that is not known by its header is passed over."""

LABEL_LINES: Mapping[str, tuple[str, Expected]] = {
    "a word": (",many,0,0,0,0,0,0,0,0,0", ONE_BAD),
    "negative": (",-1,0,0,0,0,0,0,0,0,0", ONE_BAD),
    "11": (",11,0,0,0,0,0,0,0,0,0", ONE_BAD),
    "all zero": (",0,0,0,0,0,0,0,0,0,0", ONE_BAD),
    "nine votes": (",10,0,0,0,0,0,0,0,0", ONE_BAD),
    "no votes": ("", ONE_BAD),
    "nan": (",nan,0,0,0,0,0,0,0,0,0", ONE_BAD),
    "bytes": (",\udcff,0,0,0,0,0,0,0,0,0", ONE_BAD),
}
"""A line of ``label.csv`` behind its name and its rectangle."""


def cases() -> Iterator[Case]:
    """Every fault of votes; rows that have votes count beside those of FER-2013."""
    for number, (what, value) in enumerate(VALUES.items()):
        for column in sorted({COLUMN_OF[5], 9, number % 10}):
            text = _table(_row(5, **{f"v{column}": value}))
            expected: Expected = _with_votes(ONE_BAD)
            if len(value) > 131_072:
                expected = Refused(r"fer2013new\.csv")
            yield _new(f"{what} in column {column}", text, expected)
    for what, (line, expected) in LINES.items():
        yield _new(f"line: {what}", _table(line), _with_votes(expected))
    for what, (content, expected) in FILES.items():
        yield _new(f"file: {what}", content, expected)
    for what, (end, expected) in LABEL_LINES.items():
        lines = [_label(row) for row in range(ROWS)]
        lines[5] = f'fer0000005.png,"(0, 0, 48, 48)"{end}'
        text = "\n".join(lines) + "\n"
        yield _labels(f"label.csv: {what}", {"FER2013Train/label.csv": text}, _with_votes(expected))
    whole = "\n".join(map(_label, range(ROWS))) + "\n"
    short = "\n".join(map(_label, range(ROWS - 1))) + "\n"
    strange = {"Elsewhere/label.csv": whole}
    yield _labels("label.csv in another folder", strange, Refused(r"label\.csv"))
    yield _labels("label.csv too short", {"FER2013Train/label.csv": short}, Refused(r"label\.csv"))
    twice = {"FER2013Train/label.csv": whole, "more/FER2013Train/label.csv": whole}
    yield _labels("label.csv twice", twice, Refused(r"label\.csv"))


def _label(row: int) -> str:
    return f'fer{row:07d}.png,"(0, 0, 48, 48)",' + ",".join(_votes(row))


def _with_votes(expected: Expected) -> Expected:
    """The rows of FER-2013 and those with votes, one less for each that is rejected."""
    if not isinstance(expected, Stored):
        return expected
    return Stored(2 * ROWS - sum(expected.rejects.values()), expected.rejects)


def _new(name: str, content: Content, expected: Expected) -> Case:
    files = {"fer2013.csv": FER, "fer2013new.csv": content}
    return ingest(KIND, name, planted(files), expected)


def _labels(name: str, files: Mapping[str, Content], expected: Expected) -> Case:
    return ingest(KIND, name, planted({"fer2013.csv": FER, **files}), expected)
