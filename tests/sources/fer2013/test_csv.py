"""FER-2013's CSV files: every variant in circulation, and every way they break."""

import numpy as np
import pytest

EXPRESSIONS = ("happy", "angry", "neutral", "fear", "surprise", "disgust", "sad", "happy")


def table(corpus, header, form, end="\n"):
    """Write the corpus with a header and a pattern of a row (l, p, u, i: its four columns)."""
    rows = enumerate(zip(corpus.labels, corpus.pixels, corpus.usages, strict=True))
    lines = [form.format(l=row[0], p=row[1], u=row[2], i=i) for i, row in rows]
    return end.join([header, *lines]) + end


PLAIN = "emotion,pixels,Usage"


def double_spaced(text):
    header, rows = text.split("\n", 1)
    return header + "\n" + rows.replace(" ", "  ")


def table_with(corpus, form, separator):
    rows = zip(corpus.labels, corpus.pixels, corpus.usages, strict=True)
    lines = [form.format(l=row[0], p=row[1].replace(" ", separator), u=row[2]) for row in rows]
    return "\n".join([PLAIN, *lines]) + "\n"


def numpy_style(corpus):
    with np.printoptions(threshold=10**6):
        texts = [str(image.ravel()) for image in corpus.images]
    assert texts[0].count("\n") > 50
    rows = zip(corpus.labels, texts, corpus.usages, strict=True)
    return "\n".join([PLAIN, *(f'{label},"{text}",{usage}' for label, text, usage in rows)]) + "\n"


def worded(corpus):
    words = ("happy", "Angry", " neutral ", "fearful", "Surprise", "DISGUST", "sadness", "joy")
    rows = zip(words, corpus.pixels, corpus.usages, strict=True)
    return "\n".join([PLAIN, *(f"{w},{p},{u}" for w, p, u in rows)]) + "\n"


def repeated(corpus, header):
    rows = corpus.rows()
    return "\n".join([PLAIN, *rows[:3], header, *rows[3:]]) + "\n"


VARIANTS = {
    "fer2013.csv": lambda c: table(c, PLAIN, "{l},{p},{u}"),
    "icml_face_data.csv": lambda c: table(c, "emotion, Usage, pixels", "{l},{u},{p}"),
    "icml, stray spaces in values": lambda c: table(
        c, "emotion , Usage , pixels ", " {l} , {u} , {p} "
    ),
    "usage first": lambda c: table(c, "Usage,emotion,pixels", "{u},{l},{p}"),
    "pixels first, emotion last": lambda c: table(c, "pixels,Usage,emotion", "{p},{u},{l}"),
    "quoted pixels": lambda c: table(c, PLAIN, '{l},"{p}",{u}'),
    "everything quoted": lambda c: table(c, '"emotion","pixels","Usage"', '"{l}","{p}","{u}"'),
    "some rows quoted": lambda c: c.csv().replace(f"{c.labels[1]},{c.pixels[1]}",
                                                  f'{c.labels[1]},"{c.pixels[1]}"'),
    "BOM": lambda c: "\ufeff" + c.csv(),
    "BOM and quotes": lambda c: "\ufeff" + table(c, '"emotion","pixels","Usage"', '{l},"{p}",{u}'),
    "CRLF": lambda c: table(c, PLAIN, "{l},{p},{u}", "\r\n"),
    "CRCRLF": lambda c: table(c, PLAIN, "{l},{p},{u}", "\r\r\n"),
    "CR only": lambda c: table(c, PLAIN, "{l},{p},{u}", "\r"),
    "BOM and CR only": lambda c: "\ufeff" + table(c, PLAIN, "{l},{p},{u}", "\r"),
    "no last line end": lambda c: c.csv().rstrip("\n"),
    "unnamed index column": lambda c: table(c, ",emotion,pixels,Usage", "{i},{l},{p},{u}"),
    "Unnamed: 0": lambda c: table(c, "Unnamed: 0,emotion,pixels,Usage", "{i},{l},{p},{u}"),
    "surplus column last": lambda c: table(c, PLAIN + ",note", "{l},{p},{u},ok"),
    "tabs": lambda c: table(c, "emotion\tpixels\tUsage", "{l}\t{p}\t{u}"),
    "semicolons": lambda c: table(c, "emotion;pixels;Usage", "{l};{p};{u}"),
    "header in capitals": lambda c: table(c, "EMOTION,PIXELS,USAGE", "{l},{p},{u}"),
    "header with a hash": lambda c: table(c, "#emotion,pixels,Usage", "{l},{p},{u}"),
    "usages in lower case": lambda c: c.csv().replace("Test", "test").replace("Tra", "tra"),
    "double spaces": lambda c: double_spaced(c.csv()),
    "leading and trailing spaces": lambda c: table(c, PLAIN, "{l},  {p}  ,{u}"),
    "commas, quoted": lambda c: table_with(c, '{l},"{p}",{u}', ","),
    "comma and space, quoted": lambda c: table_with(c, '{l},"{p}",{u}', ", "),
    "commas, not quoted": lambda c: table_with(c, "{l},{p},{u}", ","),
    "list in brackets": lambda c: table_with(c, '{l},"[{p}]",{u}', ", "),
    "list in brackets, not quoted": lambda c: table_with(c, "{l},[{p}],{u}", ", "),
    "floats for pixels": lambda c: table_with(c, "{l},{p}.0,{u}", ".0 "),
    "numpy array, broken into lines": numpy_style,
    "floats for emotions": lambda c: table(c, PLAIN, "{l}.0,{p},{u}"),
    "emotions in scientific form": lambda c: table(c, PLAIN, "{l}.0000000e+00,{p},{u}"),
    "emotions as words": worded,
    "blank lines": lambda c: c.csv().replace("\n", "\n\n"),
    "blank lines at the end": lambda c: c.csv() + "\n \r\n\t\n",
    "header repeated": lambda c: repeated(c, PLAIN),
    "header repeated with a BOM": lambda c: repeated(c, "\ufeff" + PLAIN),
    "header repeated with spaces": lambda c: repeated(c, "Emotion, Pixels, usage"),
}  # fmt: skip


@pytest.mark.parametrize("write", VARIANTS.values(), ids=VARIANTS)
def test_every_variant_gives_the_same_samples(write, corpus, read_csv) -> None:
    reading = read_csv(write(corpus))
    assert reading.fault_lines == []
    assert reading.ids == [f"fer2013:{row:07d}" for row in range(len(corpus))]
    assert [sample.row for sample in reading.samples] == list(range(len(corpus)))
    assert tuple(sample.expression for sample in reading.samples) == EXPRESSIONS
    assert tuple(sample.native_split for sample in reading.samples) == corpus.usages
    np.testing.assert_array_equal([s.pixels for s in reading.samples], corpus.images)
    assert {sample.origin for sample in reading.samples} == {"fer2013.csv"}
    assert {sample.source for sample in reading.samples} == {"fer2013"}


LINES = {
    "fer2013.csv": [2, 3, 4, 5, 6, 7, 8, 9],
    "CR only": [2, 3, 4, 5, 6, 7, 8, 9],
    "blank lines": [3, 5, 7, 9, 11, 13, 15, 17],
    "header repeated": [2, 3, 4, 6, 7, 8, 9, 10],
}


@pytest.mark.parametrize(("variant", "lines"), LINES.items(), ids=LINES)
def test_lines_are_those_an_editor_shows(variant, lines, corpus, read_csv) -> None:
    reading = read_csv(VARIANTS[variant](corpus))
    assert [sample.line for sample in reading.samples] == lines


def test_lines_count_the_breaks_inside_quotes(corpus, read_csv) -> None:
    text = numpy_style(corpus)
    reading = read_csv(text)
    lines = text.split("\n")
    assert [lines[sample.line - 1][:3] for sample in reading.samples] == [
        f'{label},"' for label in corpus.labels
    ]


SPLITS = {
    "train.csv": ("emotion,pixels", "{l},{p}", "Training", "fer2013:"),
    "test_with_emotions.csv": ("emotion,pixels", "{l},{p}", "Test", "fer2013:test/"),
    "other.csv": ("emotion,pixels", "{l},{p}", "", "fer2013:"),
    "test.csv": ("pixels", "{p}", "Test", "fer2013:test/"),
    "TEST.CSV": (" pixels ", '"{p}"', "Test", "fer2013:test/"),
}


@pytest.mark.parametrize(("name", "facts"), SPLITS.items(), ids=SPLITS)
def test_files_without_usage(name, facts, corpus, read_csv) -> None:
    header, form, split, prefix = facts
    reading = read_csv(table(corpus, header, form), name)
    assert reading.fault_lines == []
    assert {sample.native_split for sample in reading.samples} == {split}
    assert reading.ids == [f"{prefix}{row:07d}" for row in range(len(corpus))]
    labeled = "emotion" in header
    found = tuple(sample.expression for sample in reading.samples)
    assert found == (EXPRESSIONS if labeled else ("",) * len(corpus))
    np.testing.assert_array_equal([s.pixels for s in reading.samples], corpus.images)


def swapped(**parts: str):
    """Row 4 (line 6) of the plain file with other parts."""

    def write(corpus):
        row = {"label": "5", "pixels": corpus.pixels[4], "usage": "Training"} | parts
        rows = corpus.rows()
        rows[4] = "{label},{pixels},{usage}".format(**row)
        return "\n".join([PLAIN, *rows]) + "\n"

    return write


def replaced(row: str | bytes, following: tuple[str, ...] = ()):
    """Row 4 (line 6) of the plain file replaced by another line."""

    def write(corpus):
        raw = row if isinstance(row, bytes) else row.replace("PIXELS", corpus.pixels[4]).encode()
        lines = [line.encode() for line in (PLAIN, *corpus.rows())]
        lines[5] = raw
        return b"\n".join(lines) + b"\n"

    return write


def numbers(count: int, value: object = 70) -> str:
    return " ".join([str(value)] * count)


BROKEN = {
    "one pixel too few": (swapped(pixels=numbers(2303)), "E_PIXCOUNT"),
    "one pixel too many": (swapped(pixels=numbers(2305)), "E_PIXCOUNT"),
    "pixels doubled": (swapped(pixels=numbers(4608)), "E_PIXCOUNT"),
    "96x96": (swapped(pixels=numbers(9216)), "E_PIXCOUNT"),
    "few pixels": (swapped(pixels="1 2 3"), "E_PIXCOUNT"),
    "no pixels": (swapped(pixels=""), "E_MISSING"),
    "blank pixels": (swapped(pixels="  "), "E_MISSING"),
    "quoted nothing": (swapped(pixels='""'), "E_MISSING"),
    "256": (swapped(pixels=numbers(2303) + " 256"), "E_RANGE"),
    "-1": (swapped(pixels="-1 " + numbers(2303)), "E_RANGE"),
    "normalized": (swapped(pixels=numbers(2304, 0.2745)), "E_RANGE"),
    "word among pixels": (swapped(pixels=numbers(2303) + " abc"), "E_RANGE"),
    "NUL among pixels": (swapped(pixels="7\0 " + numbers(2303)), "E_RANGE"),
    "NUL for a space": (swapped(pixels="70\0" + numbers(2303)), "E_PIXCOUNT"),
    "emotion 7": (swapped(label="7"), "E_LABEL"),
    "emotion -2": (swapped(label="-2"), "E_LABEL"),
    "emotion 1.5": (swapped(label="1.5"), "E_LABEL"),
    "emotion nan": (swapped(label="nan"), "E_LABEL"),
    "emotion inf": (swapped(label="inf"), "E_LABEL"),
    "emotion NULL": (swapped(label="NULL"), "E_LABEL"),
    "emotion missing": (swapped(label=""), "E_LABEL"),
    "emotion misspelt": (swapped(label="hapy"), "E_LABEL"),
    "emotion with a NUL": (swapped(label="3\0"), "E_LABEL"),
    "usage unknown": (swapped(usage="Holdout"), "E_USAGE"),
    "usage missing": (swapped(usage=""), "E_USAGE"),
    "Latin-1 usage": (replaced("3,PIXELS,Entraînement".encode("latin-1")), "E_USAGE"),
    "a column too few": (replaced("3,PIXELS"), "E_COLUMNS"),
    "a column too many": (replaced("3,PIXELS,Training,extra"), "E_COLUMNS"),
    "a comma too many": (replaced("3,PIXELS,Training,"), "E_COLUMNS"),
    "other delimiter": (replaced("3;PIXELS;Training"), "E_COLUMNS"),
    "one word": (replaced("hello"), "E_COLUMNS"),
    "lone quote": (replaced('"'), "E_COLUMNS"),
    "quote never closed": (replaced('3,"PIXELS,Training'), "E_COLUMNS"),
    "quote at the end": (replaced('3,PIXELS,Training"'), None),
    "stray quote among pixels": (replaced('3,70" PIXELS,Training'), "E_COLUMNS"),
    "binary": (replaced(bytes(range(14, 34)) + bytes(range(35, 256))), "E_COLUMNS"),
}  # fmt: skip


@pytest.mark.parametrize(("write", "code"), BROKEN.values(), ids=BROKEN)
def test_broken_row_is_rejected_with_its_line_and_the_rest_is_read(
    write, code, corpus, read_csv
) -> None:
    reading = read_csv(write(corpus))
    others = [0, 1, 2, 3, 5, 6, 7]
    assert reading.fault_lines == ([(code, 6)] if code else [])
    if code is None:
        others.insert(4, 4)
    assert [sample.row for sample in reading.samples] == others
    assert [sample.line for sample in reading.samples] == [row + 2 for row in others]
    assert [r.origin for r in reading.rejects] == ["fer2013.csv"] * len(reading.rejects)
    np.testing.assert_array_equal([s.pixels for s in reading.samples], corpus.images[others])
