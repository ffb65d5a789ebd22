"""Files of arrays that are hostile as a whole: damaged zips, bombs, and HDF5 of every kind."""

import io
import struct
import zipfile
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import h5py
import numpy as np

from benchmarks.torture.hostile.case import Case, Expected, Refused, Stored
from benchmarks.torture.hostile.inputs import npy_bytes, npy_raw, one_file, path_case
from benchmarks.torture.hostile.media.arrays import CODES, PICTURES, ROWS, WORDS, zipped

KIND = "array files"
FILES = {"images.npy": npy_bytes(PICTURES), "labels.npy": npy_bytes(WORDS)}
FINE = Stored(ROWS)
NO = Refused(r"faces\.npz")
BAD = Refused(r"faces\.h5")
HOSTS = "/etc/hosts"


def _patched(place: int, text: bytes, signature: bytes) -> bytes:
    """The zip with bytes put behind a signature each time that it occurs."""
    content = bytearray(zipped(FILES))
    start = content.find(signature)
    while start >= 0:
        content[start + place : start + place + len(text)] = text
        start = content.find(signature, start + 4)
    return bytes(content)


CENTRAL, END = b"PK\x01\x02", b"PK\x05\x06"


def _twice() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in FILES.items():
            archive.writestr(name, content)
        archive.filelist.append(archive.filelist[0])
    return buffer.getvalue()


def _bomb(rows: int) -> bytes:
    """A packed array of so many megabytes of nothing."""
    shape = f"({rows * 4096}, 16, 16)"
    text = f"{{'descr': '|u1', 'fortran_order': False, 'shape': {shape}, }}"
    labels = npy_bytes(np.zeros(rows * 4096, np.uint8))
    files = {"images.npy": npy_raw(text, bytes(rows << 20)), "labels.npy": labels}
    return zipped(files, zipfile.ZIP_DEFLATED)


ZIPS: Mapping[str, tuple[Callable[[], bytes], Expected]] = {
    "whole": (lambda: zipped(FILES), FINE),
    "packed": (lambda: zipped(FILES, zipfile.ZIP_DEFLATED), FINE),
    "by bzip2": (lambda: zipped(FILES, zipfile.ZIP_BZIP2), FINE),
    "by LZMA": (lambda: zipped(FILES, zipfile.ZIP_LZMA), FINE),
    "empty": (lambda: b"", NO),
    "no members": (lambda: zipped({}), NO),
    "junk before it": (lambda: b"junk" * 99 + zipped(FILES), FINE),
    "encrypted": (lambda: _patched(8, b"\1\0", CENTRAL), NO),
    "an unknown method": (lambda: _patched(10, b"\x63\0", CENTRAL), NO),
    "another size unpacked": (lambda: _patched(24, struct.pack("<I", 99), CENTRAL), NO),
    "a huge size unpacked": (lambda: _patched(24, b"\xfe\xff\xff\xff", CENTRAL), NO),
    "a huge size packed": (lambda: _patched(20, b"\xfe\xff\xff\xff", CENTRAL), FINE),
    "another checksum": (lambda: _patched(16, b"\1\2\3\4", CENTRAL), NO),
    "another place": (lambda: _patched(42, b"\x07\0\0\0", CENTRAL), NO),
    "a place far off": (lambda: _patched(42, b"\xf0\xff\xff\x7f", CENTRAL), NO),
    "65,535 members": (lambda: _patched(8, b"\xff\xff\xff\xff", END), FINE),
    "a directory far off": (lambda: _patched(16, b"\xf0\xff\xff\x7f", END), NO),
    "a key twice": (_twice, NO),
    "5,000 arrays": (lambda: zipped({**FILES, **{f"{n}.npy": b"" for n in range(5000)}}), NO),
    "300 damaged arrays": (
        lambda: zipped({**FILES, **{f"extra{n}.npy": b"x" for n in range(300)}}), FINE),
    "64 MB of nothing": (lambda: _bomb(64), NO),
    "100 MB of nothing": (lambda: _bomb(100), NO),
    "names that lead out": (lambda: zipped({f"../{n}": c for n, c in FILES.items()}), FINE),
    "two pictures": (lambda: zipped({**FILES, "faces.npy": FILES["images.npy"]}), NO),
    "two labels": (lambda: zipped({**FILES, "emotions.npy": FILES["labels.npy"]}), NO),
    "no labels": (lambda: zipped({"images.npy": FILES["images.npy"]}), NO),
    "codes without names": (
        lambda: zipped({**FILES, "labels.npy": npy_bytes(CODES)}), Refused("--label-map")),
    "a pickle": (lambda: b"\x80\x04\x95" + bytes(99), NO),
}  # fmt: skip
"""The whole of ``faces.npz``."""

Write = Callable[[h5py.File], object]


def _both(file: h5py.File) -> None:
    file["images"], file["labels"] = PICTURES, WORDS.astype("S9")


def _images(file: h5py.File, **options: Any) -> h5py.Dataset:
    """The labels, and pictures that are made otherwise."""
    file["labels"] = WORDS.astype("S9")
    return file.create_dataset("images", **options)


def _labels(file: h5py.File, **options: Any) -> h5py.Dataset:
    file["images"] = PICTURES
    return file.create_dataset("labels", **options)


def _virtual(file: h5py.File) -> None:
    layout = h5py.VirtualLayout(PICTURES.shape, "u1")
    layout[:] = h5py.VirtualSource(HOSTS, "images", PICTURES.shape)
    file["labels"] = WORDS.astype("S9")
    file.create_virtual_dataset("images", layout)


def _linked(link: Any, file: h5py.File) -> None:
    file["labels"] = WORDS.astype("S9")
    file["images"] = link


def _cycle(file: h5py.File) -> None:
    _both(file)
    group = file.create_group("more")
    group["again"] = file["/"]
    group["self"] = group


def _deep(file: h5py.File) -> None:
    _both(file)
    group: h5py.Group = file["/"]
    for _ in range(500):
        group = group.create_group("g")


def _groups(file: h5py.File) -> None:
    _both(file)
    for number in range(3000):
        file.create_group(f"z{number}")


def _attributes(file: h5py.File) -> None:
    _both(file)
    file.attrs["class_names"] = np.zeros((3, 3))
    file.attrs["type"] = h5py.Empty("f")
    file.attrs["large"] = np.zeros(5000)
    file["images"].attrs["x"] = b"\xff\xfe"
    file.attrs["labels"] = np.array(["a", "b"], "S1")


SHAPE = PICTURES.shape
WIDE = (10_000_000, 64, 64)
TEXT = h5py.string_dtype()

HDF5: Mapping[str, tuple[Write, Expected]] = {
    "whole": (_both, FINE),
    "packed": (lambda f: _images(f, data=PICTURES, compression="gzip"), FINE),
    "with checksums": (lambda f: _images(f, data=PICTURES, fletcher32=True), FINE),
    "text of any length": (lambda f: _labels(f, data=WORDS.astype(object), dtype=TEXT), FINE),
    "40 GB of nothing": (lambda f: _images(f, shape=WIDE, dtype="u1", compression="gzip"), BAD),
    "40 GB never written": (lambda f: _images(f, shape=WIDE, dtype="u1", chunks=True), BAD),
    "2^60 rows": (lambda f: _images(f, shape=(2**60, 1, 1), dtype="u1", chunks=True), BAD),
    "2^60 labels": (lambda f: _labels(f, shape=(2**60,), dtype="u1", chunks=True), BAD),
    "no rows": (lambda f: _images(f, shape=(0, 16, 16), dtype="u1"), BAD),
    "no values": (lambda f: _images(f, data=h5py.Empty("u1")), BAD),
    "a single value": (lambda f: _images(f, data=7), BAD),
    "20 axes": (lambda f: _images(f, shape=(1,) * 20, dtype="u1"), BAD),
    "pictures of text": (lambda f: _images(f, data=["a"] * ROWS, dtype=TEXT), BAD),
    "pictures of structures": (lambda f: _images(f, shape=SHAPE, dtype=[("a", "u1")]), BAD),
    "pictures of references": (lambda f: _images(f, shape=SHAPE, dtype=h5py.ref_dtype), BAD),
    "pictures of lists": (lambda f: _images(f, shape=SHAPE, dtype=h5py.vlen_dtype("u1")), BAD),
    "pictures of raw bytes": (lambda f: _images(f, shape=SHAPE, dtype="V4"), BAD),
    "pictures of complex numbers": (lambda f: _images(f, shape=SHAPE, dtype="c16"), BAD),
    "a chunk of 1 GB": (
        lambda f: _images(f, shape=SHAPE, maxshape=(None, 16, 16), chunks=(4_000_000, 16, 16),
                          dtype="u1"), BAD),
    "labels of references": (lambda f: _labels(f, shape=(ROWS,), dtype=h5py.ref_dtype), BAD),
    "labels of 5,000 bytes": (lambda f: _labels(f, shape=(ROWS,), dtype="S5000"), BAD),
    "labels never written": (lambda f: _labels(f, shape=(ROWS,), dtype="S9"), BAD),
    "text never written": (lambda f: _labels(f, shape=(ROWS,), dtype=TEXT), BAD),
    "a label of 100 MB": (
        lambda f: _labels(f, data=["happy"] * (ROWS - 1) + ["x" * 10**8], dtype=TEXT),
        Stored(ROWS - 1, {"E_LABEL": 1})),
    "a soft link": (partial(_linked, h5py.SoftLink("/labels")), BAD),
    "a soft link to itself": (partial(_linked, h5py.SoftLink("/images")), BAD),
    "a link out": (partial(_linked, h5py.ExternalLink(HOSTS, "/images")), BAD),
    "a link to a device": (partial(_linked, h5py.ExternalLink("/dev/zero", "/images")), BAD),
    "a link to itself": (partial(_linked, h5py.ExternalLink("faces.h5", "/images")), BAD),
    "a virtual dataset": (_virtual, BAD),
    "bytes of another file": (
        lambda f: _images(f, shape=SHAPE, dtype="u1", external=[(HOSTS, 0, 4096)]), BAD),
    "groups in a circle": (_cycle, BAD),
    "500 groups": (_deep, FINE),
    "odd attributes": (_attributes, FINE),
    "3,000 groups beside": (_groups, FINE),
    "nothing": (lambda f: f.create_group("x"), BAD),
}  # fmt: skip
"""What is written into ``faces.h5``."""

SHARES = (0.01, 0.1, 0.3, 0.5, 0.7, 0.9, 0.99)


def cases() -> Iterator[Case]:
    """Every zip and every HDF5 file, and HDF5 cut at several places."""
    for what, (pack, expected) in ZIPS.items():
        yield path_case(KIND, f".npz {what}", _made("faces.npz", pack), expected, "faces.npz")
    for share in SHARES:
        cut = zipped(FILES)[: int(len(zipped(FILES)) * share)]
        made = one_file("faces.npz", cut)
        yield path_case(KIND, f".npz, {share:.0%} of it", made, NO, "faces.npz")
    for what, (write, expected) in HDF5.items():
        made = partial(_written, write)
        yield path_case(KIND, f"HDF5 {what}", made, expected, "faces.h5")
    for share in SHARES:
        made = partial(_cut, share)
        yield path_case(KIND, f"HDF5, {share:.0%} of it", made, BAD, "faces.h5")
    for what, content in (("text", b"no HDF5"), ("signature", b"\x89HDF\r\n\x1a\n"), ("", b"")):
        made = one_file("faces.h5", content + bytes(99 * bool(content)))
        yield path_case(KIND, f"HDF5 {what or 'empty'} alone", made, BAD, "faces.h5")


def _made(name: str, make: Callable[[], bytes]) -> Callable[[Path], None]:
    def write(folder: Path) -> None:
        (folder / name).write_bytes(make())

    return write


def _written(write: Write, folder: Path) -> None:
    with h5py.File(folder / "faces.h5", "w") as file:
        write(file)


def _cut(share: float, folder: Path) -> None:
    _written(_both, folder)
    path = folder / "faces.h5"
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * share)])
