"""Arrays of pictures with labels in NumPy's files: headers that lie, and rows that are none."""

import io
import zipfile
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.torture.hostile.case import Case, Expected, Refused, Stored
from benchmarks.torture.hostile.inputs import draw, npy_bytes, npy_raw, one_file, path_case, planted

KIND = "arrays"
ROWS = 14
SIDE = 16
PICTURES = np.stack([draw(n, (SIDE, SIDE)) for n in range(ROWS)])
CODES = np.arange(ROWS) % 7
NAMES = ("angry", "disgust", "fear", "happy", "sad", "surprise", "neutral")
WORDS = np.array([NAMES[code] for code in CODES])
BODY = PICTURES.tobytes()
SHAPE = f"({ROWS}, {SIDE}, {SIDE})"
MAP = ("--label-map", "fer2013")
FINE = Stored(ROWS)


def header(descr: str = "'|u1'", order: str = "False", shape: str = SHAPE, more: str = "") -> str:
    """The header of the pictures, or one that says something else."""
    return f"{{'descr': {descr}, 'fortran_order': {order}, 'shape': {shape}, {more}}}"


BAD = Refused(r"images|faces\.npz")

HEADERS: Mapping[str, tuple[bytes, Expected]] = {
    "as it should be": (npy_raw(header(), BODY), FINE),
    "of version 2": (npy_raw(header(), BODY, 2), FINE),
    "of version 3": (npy_raw(header(), BODY, 3), FINE),
    "of a huge shape": (npy_raw(header(shape="(999999999, 16, 16)"), BODY), BAD),
    "of a shape of 2^62": (npy_raw(header(shape=f"({2**62}, 16, 16)"), BODY), BAD),
    "of a shape that overflows": (npy_raw(header(shape=f"({2**33}, {2**31}, 16)"), BODY), BAD),
    "of 400 digits": (npy_raw(header(shape=f"({'9' * 400},)"), BODY), BAD),
    "of 60,000 digits": (npy_raw(header(shape=f"({'9' * 60_000},)"), BODY), BAD),
    "of a negative shape": (npy_raw(header(shape="(-14, 16, 16)"), BODY), BAD),
    "of two negatives": (npy_raw(header(shape="(14, -16, -16)"), BODY), BAD),
    "of a fraction": (npy_raw(header(shape="(14.0, 16, 16)"), BODY), BAD),
    "of words": (npy_raw(header(shape="('a', 'b')"), BODY), BAD),
    "of a list": (npy_raw(header(shape="[14, 16, 16]"), BODY), BAD),
    "of no shape": (npy_raw(header(shape="()"), BODY[:1]), BAD),
    "of 40 axes": (npy_raw(header(shape=f"({'1, ' * 40})"), BODY[:1]), BAD),
    "of no rows": (npy_raw(header(shape="(0, 16, 16)")), BAD),
    "of no width": (npy_raw(header(shape="(14, 16, 0)")), BAD),
    "of a row more": (npy_raw(header(shape="(15, 16, 16)"), BODY), BAD),
    "of a row less": (npy_raw(header(shape="(13, 16, 16)"), BODY), BAD),
    "of Fortran's order": (
        npy_raw(header(order="True"), np.asfortranarray(PICTURES).tobytes(order="F")), FINE),
    "of a big end": (npy_raw(header("'>u2'"), PICTURES.astype(">u2").tobytes()), FINE),
    "of an order of 1": (npy_raw(header(order="1"), BODY), BAD),
    "of objects": (npy_raw(header("'|O'"), BODY), BAD),
    "of structures": (npy_raw(header("[('a', '|u1')]"), BODY), BAD),
    "of raw bytes": (npy_raw(header("'|V1'"), BODY), BAD),
    "of complex numbers": (npy_raw(header("'<c16'"), BODY * 16), BAD),
    "of times": (npy_raw(header("'<M8'"), BODY * 8), BAD),
    "of an unknown type": (npy_raw(header("'<q9'"), BODY), BAD),
    "of a type of no bytes": (npy_raw(header("'|S0'"), b""), BAD),
    "of a type of 2^40 bytes": (npy_raw(header(f"'|S{2**40}'"), BODY), BAD),
    "of a type of 400 digits": (npy_raw(header(f"'|S{'9' * 400}'"), BODY), BAD),
    "of text": (npy_raw(header("'|S1'"), BODY), BAD),
    "of truths": (npy_raw(header("'|b1'"), (PICTURES > 99).tobytes()), BAD),
    "of code": (npy_raw(header("__import__('os').abort()"), BODY), BAD),
    "of code for a shape": (npy_raw(header(shape="(exit(),)"), BODY), BAD),
    "of a doubled key": (npy_raw(header(more="'shape': (14,)"), BODY), BAD),
    "of one key more": (npy_raw(header(more="'x': 1"), BODY), BAD),
    "of a key missing": (npy_raw(f"{{'descr': '|u1', 'shape': {SHAPE}}}", BODY), BAD),
    "of nothing": (npy_raw("", BODY), BAD),
    "of brackets": (npy_raw("(" * 60_000, BODY), BAD),
    "of bytes": (npy_raw(b"\xff" * 100, BODY), BAD),
    "of a NUL byte": (npy_raw(header() + "\0", BODY), BAD),
    "of version 9": (npy_raw(header(), BODY, 9), BAD),
    "of 4 GB": (b"\x93NUMPY\x02\0\xff\xff\xff\xff" + BODY, BAD),
    "of 64 KB that is not there": (b"\x93NUMPY\x01\0\xff\xff" + b"{", BAD),
    "with another beginning": (b"\x93NUMBY" + npy_raw(header(), BODY)[6:], BAD),
    "cut at its beginning": (npy_raw(header(), BODY)[:7], BAD),
    "cut in the header": (npy_raw(header(), BODY)[:40], BAD),
    "cut behind the header": (npy_raw(header()), BAD),
    "cut in the rows": (npy_raw(header(), BODY)[:-1], BAD),
    "a byte too long": (npy_raw(header(), BODY + b"\0"), BAD),
    "empty": (b"", BAD),
    "text": (b"no array at all", BAD),
    "NUL bytes": (bytes(5000), BAD),
}  # fmt: skip
"""The file of the pictures; ``labels`` are as they should be."""


def _with(value: Any, dtype: Any = None) -> NDArray[Any]:
    """The labels with one more, which is no code."""
    return np.array([*CODES.tolist(), value], dtype)


def _words(value: Any) -> NDArray[Any]:
    return np.array([*WORDS.tolist(), value])


def _points(*codes: int) -> NDArray[Any]:
    """Words, the last of these code points, which Python could not write."""
    words = np.array([*WORDS.tolist(), "x" * 8])
    raw = np.frombuffer(words.tobytes(), np.uint32).reshape(len(words), -1).copy()
    raw[-1, : len(codes)] = codes
    points: NDArray[Any] = raw.view(words.dtype).ravel()
    return points


ONE_HOT: NDArray[np.float64] = np.eye(7)[np.append(CODES, 0)]


def _hot(row: list[float]) -> NDArray[Any]:
    labels = ONE_HOT.copy()
    labels[-1] = row
    return labels


LABEL = Stored(ROWS, {"E_LABEL": 1})
NO = Refused(r"labels|faces\.npz")

LABELS: Mapping[str, tuple[NDArray[Any] | bytes, Expected]] = {
    "one too few": (CODES, NO),
    "one too many": (np.append(CODES, (0, 0)), NO),
    "none": (CODES[:0], NO),
    "a single value": (np.array(3), NO),
    "negative": (_with(-1), LABEL),
    "99": (_with(99), LABEL),
    "huge": (_with(2**63 - 1), LABEL),
    "huge and unsigned": (_with(2**64 - 1, np.uint64), LABEL),
    "nan": (_with(np.nan), LABEL),
    "infinite": (_with(np.inf), LABEL),
    "1e300": (_with(1e300), LABEL),
    "a fraction": (_with(0.5), LABEL),
    "whole floats": (_with(3.0), Stored(ROWS + 1)),
    "a column": (_with(3)[:, None], Stored(ROWS + 1)),
    "halves": (_with(3).astype(np.float16), Stored(ROWS + 1)),
    "a word unknown": (_words("delighted-ish"), LABEL),
    "a word empty": (_words(""), LABEL),
    "a word of 1,000 letters": (_words("x" * 1000), LABEL),
    "a word of 2,000 letters": (_words("x" * 2000), NO),
    "half a character": (_points(0xD800), LABEL),
    "beyond Unicode": (_points(0x110000), LABEL),
    "far beyond Unicode": (_points(0xFFFFFFFF, 0x7FFFFFFF), LABEL),
    "a NUL in a word": (_points(ord("a"), 0, ord("b")), LABEL),
    "words in bytes": (_words("happy").astype("S9"), Stored(ROWS + 1)),
    "bytes that are no text": (np.append(WORDS.astype("S9"), b"\xff\xfe"), LABEL),
    "one-hot": (ONE_HOT, Stored(ROWS + 1)),
    "one-hot, none": (_hot([0] * 7), LABEL),
    "one-hot, two": (_hot([1, 1, 0, 0, 0, 0, 0]), LABEL),
    "one-hot, nan": (_hot([np.nan] * 7), LABEL),
    "one-hot, shares": (_hot([0.5, 0.5, 0, 0, 0, 0, 0]), LABEL),
    "three axes": (np.zeros((ROWS + 1, 2, 2)), NO),
    "1,000 columns": (np.zeros((ROWS + 1, 1000)), NO),
    "complex": (_with(3).astype(complex), NO),
    "times": (_with(3).astype("M8[s]"), NO),
    "objects": (_with("x", object), NO),
    "structures": (np.zeros(ROWS + 1, [("a", "i4")]), NO),
    "no array": (b"no array", NO),
}
"""The labels of fifteen pictures, the last of which is at fault."""

GOOD15 = np.concatenate([PICTURES, draw(99, (1, SIDE, SIDE))])


def _pixel(value: float, dtype: Any, scale: float = 1.0) -> NDArray[Any]:
    """Fifteen pictures of another type, one value of the last of which is this one."""
    pictures = GOOD15.astype(dtype) / scale if scale != 1 else GOOD15.astype(dtype)
    pictures[-1, 3, 3] = value
    return pictures.astype(dtype)


RANGE = Stored(ROWS, {"E_RANGE": 1})

VALUES: Mapping[str, tuple[NDArray[Any], Expected]] = {
    "256": (_pixel(256, np.int16), RANGE),
    "negative": (_pixel(-1, np.int16), RANGE),
    "2^40": (_pixel(2**40, np.int64), RANGE),
    "2^63": (_pixel(2**63, np.uint64), RANGE),
    "nan": (_pixel(np.nan, np.float32), RANGE),
    "infinite": (_pixel(np.inf, np.float64), RANGE),
    "1e308": (_pixel(1e308, np.float64), RANGE),
    "a fraction": (_pixel(0.5, np.float64), RANGE),
    "nan among shares": (_pixel(np.nan, np.float64, 255.0), RANGE),
    "7 among shares": (_pixel(7, np.float64, 255.0), RANGE),
    "a share that is none": (_pixel(0.5017, np.float64, 255.0), RANGE),
    "nan in halves": (_pixel(np.nan, np.float16), RANGE),
    "whole floats": (_pixel(7, np.float64), Stored(ROWS + 1)),
    "all nan": (np.full(GOOD15.shape, np.nan), NO),
    "standardized": ((GOOD15 - 127.5) / 73.1, NO),
    "all infinite": (np.full(GOOD15.shape, np.inf), NO),
    "three dimensions of color": (np.zeros((15, 16, 16, 4), np.uint8), NO),
    "too small": (np.zeros((15, 4, 4), np.uint8), NO),
    "no square": (np.zeros((15, 250), np.uint8), NO),
    "a single axis": (np.zeros(15, np.uint8), NO),
    "six axes": (np.zeros((15, 1, 1, 1, 16, 16), np.uint8), NO),
    "words": (np.full((15, 256), "a"), NO),
}
"""The pictures of fifteen codes."""


def cases() -> Iterator[Case]:
    """Every fault in a ``.npz`` and in a pair of ``.npy``; HDF5 is in ``array_files``."""
    labels = npy_bytes(WORDS)
    for what, (content, expected) in HEADERS.items():
        yield from _both(f"header {what}", content, labels, expected)
    for what, (array, expected) in LABELS.items():
        content = array if isinstance(array, bytes) else npy_bytes(array)
        coded = not isinstance(array, bytes) and array.dtype.kind in "biuf"
        yield from _both(f"labels {what}", npy_bytes(GOOD15), content, expected, coded)
    codes = npy_bytes(np.append(CODES, 0))
    for what, (array, expected) in VALUES.items():
        yield from _both(f"values {what}", npy_bytes(array), codes, expected, True)


def _both(
    name: str, pictures: bytes, labels: bytes, expected: Expected, coded: bool = False
) -> Iterator[Case]:
    options = MAP if coded else ()
    files = {"images.npy": pictures, "labels.npy": labels}
    yield path_case(KIND, f"{name}, .npy", planted(files), expected, "in", *options)
    packed = one_file("faces.npz", zipped(files))
    yield path_case(KIND, f"{name}, .npz", packed, expected, "faces.npz", *options)


def zipped(files: Mapping[str, bytes], method: int = zipfile.ZIP_STORED) -> bytes:
    """A zip of files, in their order."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()
