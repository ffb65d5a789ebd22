"""Lists that are wrong as a whole: their headers, labels and bytes, and two that differ."""

from collections.abc import Iterator, Mapping

from benchmarks.torture.hostile.case import Case, Expected, Refused, Stored, ingest
from benchmarks.torture.hostile.inputs import Content, path_case
from benchmarks.torture.hostile.tables.lists import FORMATS, GOOD, WORDS, list_maker

KIND = "list files"

ROWS = [f"{name}.png,{word}" for name, word in zip("abcdef", WORDS, strict=True)]
LIST = "\n".join(["path,label", *ROWS]) + "\n"
OTHER = "\n".join(
    ["path,label", *(f"{name}.png,{word}" for name, word in zip("fedcba", WORDS, strict=True))]
)
HERE = r"error: (in\b|labels\.csv)"

HEADERS: Mapping[str, Expected] = {
    "path,path,label": Refused(r"labels\.csv.*path"),
    "path,label,label": Refused(r"labels\.csv.*label"),
    "Path,PATH,label": Refused(r"labels\.csv.*path"),
    "path,label,Label ": Refused(r"labels\.csv.*label"),
    "path,label,split,split": Refused(r"labels\.csv.*split"),
    "path,emotion,expression": Stored(GOOD),
    "path": Refused(HERE),
    "label": Refused(HERE),
    "path,x,y": Stored(GOOD),
    "path\0,label": Refused(HERE),
    ",": Refused(HERE),
    "path,label," + "x," * 5000: Refused(HERE),
    "path,label," + "x" * 100_000: Refused(HERE),
    "PATH,LABEL": Stored(GOOD),
    "# path,label": Stored(GOOD),
}
"""Headers; below them each row is the picture's name and then its label for every other column."""

TEXTS: Mapping[str, tuple[str | bytes, Expected]] = {
    "codes without map": (
        "path,label\n" + "".join(f"{n}.png,{i}\n" for i, n in enumerate("abcdef")),
        Refused(r"labels\.csv.*--label-map"),
    ),
    "huge codes": (
        "path,label\n" + "".join(f"{n}.png,{'9' * 400}{i}\n" for i, n in enumerate("abcdef")),
        Refused(HERE),
    ),
    "unknown words": (
        "path,label\n" + "".join(f"{n}.png,w{n}\n" for n in "abcdef"),
        Refused(r"labels\.csv"),
    ),
    "100,000 unknown words": (
        "path,label\n" + "".join(f"a.png,w{n}\n" for n in range(100_000)),
        Refused(r"labels\.csv"),
    ),
    "no labels": ("path,label\n" + "".join(f"{n}.png,\n" for n in "abcdef"), Refused(HERE)),
    "votes": (
        "path,happy,sad,angry\n" + "".join(f"{n}.png,3,4,3\n" for n in "abcdef"),
        Refused(r"labels\.csv.*votes"),
    ),
    "two marks a row": (
        "path,happy,sad\n" + "".join(f"{n}.png,1,1\n" for n in "abcdef"),
        Refused(r"labels\.csv"),
    ),
    "nothing found": ("path,label\n" + "x.png,happy\ny.png,sad\n" * 10, Refused(HERE)),
    "nothing but ways out": ("path,label\n" + "../x.png,happy\n/y.png,sad\n" * 10, Refused(HERE)),
    "a header": ("path,label\n", Refused(HERE)),
    "empty": ("", Refused(HERE)),
    "UTF-16": (LIST.encode("utf-16"), Refused(HERE)),
    "UTF-32": (LIST.encode("utf-32"), Refused(HERE)),
    "with a mark": (LIST.encode("utf-8-sig"), Stored(GOOD)),
    "carriage returns": (LIST.replace("\n", "\r"), Stored(GOOD)),
    "NUL bytes": (b"\0" * 100_000, Refused(HERE)),
    "a quote": ('"' + LIST, Refused(HERE)),
    "a quote that never closes": (LIST.replace("d.png", '"d.png'),
                                  Stored(GOOD - 1, {"E_COLUMNS": 1})),
    "50,000 quotes that never close": (LIST + 'x,"y\n' * 50_000,
                                       Refused(HERE)),
    "blank lines": (LIST.replace("\n", "\n" * 100_000), Stored(GOOD)),
    "over two million blank lines": (LIST + "\n" * 2_100_000, Refused("blank")),
    "200,000 junk lines": (LIST + "junk\n" * 200_000, Refused("cannot be read")),
    "200,000 ways out": (LIST + "../x.png,happy\n" * 200_000, Refused("cannot be read")),
    "200,000 times the same": (LIST + "a.png,happy\n" * 200_000, Stored(GOOD)),
    "30,000 missing files": (LIST + "".join(f"{n}.png,sad\n" for n in range(30_000)),
                             Stored(GOOD, {"E_MISSING": 30_000})),
    "20 MB on a line": (LIST + "x" * 20_000_000 + "\n", Stored(GOOD, {"E_COLUMNS": 1})),
    "a web page": ("<!DOCTYPE html><html>", Refused(HERE)),
}  # fmt: skip
"""The whole of ``labels.csv``."""

SEVERAL: Mapping[str, tuple[Mapping[str, Content], Expected]] = {
    "two lists that say the same": ({"a.csv": LIST, "b.csv": LIST}, Stored(GOOD)),
    "two lists that disagree": (
        {"a.csv": LIST, "b.csv": OTHER},
        Refused(r"error: in\b.*"),
    ),
    "1,200 lists": ({f"{n}.csv": LIST for n in range(1200)}, Stored(GOOD)),
    "300 empty lists": ({"a.csv": LIST, **{f"{n}.csv": "" for n in range(300)}}, Stored(GOOD)),
    "a list and a damaged one": ({"a.csv": LIST, "b.csv": b"\0\1\2"}, Stored(GOOD)),
    "boxes without area": (
        {"a.csv": "path,label,x,y,w,h\n" + "".join(f"{row},0,0,0,0\n" for row in ROWS)},
        Stored(GOOD),
    ),
    "boxes of nan": (
        {"a.csv": "path,label,x,y,w,h\n" + "".join(f"{row},nan,inf,1e999,-1\n" for row in ROWS)},
        Stored(GOOD),
    ),
    "5,000 faces in a picture": (
        {"a.csv": "path,label,x,y,w,h\n" + "".join(
            f"a.png,happy,{n},0,10,10\n" for n in range(1, 5001))},
        Stored(5000),
    ),
}  # fmt: skip
"""Lists beside each other."""


def cases() -> Iterator[Case]:
    """Every fault of a list, in a folder and given as a file."""
    for header, expected in HEADERS.items():
        columns = header.count(",") if len(header) < 100 else 1
        rows = [f"{name}.png{f',{word}' * columns}" for name, word in _pairs()]
        text = "\n".join([header, *rows]) + "\n"
        yield from _both(f"header {header[:40]!r}", text, expected)
    for what, (content, expected) in TEXTS.items():
        yield from _both(what, content, expected)
    for what, (lists, expected) in SEVERAL.items():
        yield ingest(KIND, what, list_maker(lists), expected)
    form = FORMATS["blanks"]
    yield ingest(KIND, "blanks: UTF-16", list_maker({form.file: form.text().encode("utf-16")}),
                 Refused(r"error: in\b"))  # fmt: skip


def _pairs() -> Iterator[tuple[str, str]]:
    return zip("abcdef", WORDS, strict=True)


def _both(what: str, content: str | bytes, expected: Expected) -> Iterator[Case]:
    make = list_maker({"labels.csv": content})
    yield ingest(KIND, f"{what}, in a folder", make, expected)
    yield path_case(KIND, f"{what}, as a file", make, expected, "in/labels.csv")
