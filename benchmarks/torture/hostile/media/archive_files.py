"""Archives that lie about themselves: sizes, directories, checksums, and streams without an end."""

import bz2
import gzip
import lzma
import struct
import tarfile
from collections.abc import Callable, Iterator, Mapping
from functools import partial

from benchmarks.torture.hostile.case import Case, Expected, Refused, Stored
from benchmarks.torture.hostile.inputs import draw, encode, fer_csv
from benchmarks.torture.hostile.media.archives import (
    GOOD,
    Member,
    case,
    packed,
    tar_bytes,
    zip_bytes,
)

ZIP = "faces.zip"
CENTRAL, END = b"PK\x01\x02", b"PK\x05\x06"
NO = Refused(r"faces\.zip")
ONE = Stored(GOOD, {"E_DECODE": 1})


def _patched(place: int, text: bytes, last: bool = True) -> bytes:
    """A zip of five pictures with other bytes in the directory, for the last of them or all."""
    content = bytearray(zip_bytes(Member("sad/x.png")))
    start = content.rfind(CENTRAL) if last else content.find(CENTRAL)
    while start >= 0:
        content[start + place : start + place + len(text)] = text
        start = content.find(CENTRAL, start + 4)
    return bytes(content)


def _end(place: int, text: bytes) -> bytes:
    """The same with other bytes in the record at its end."""
    content = bytearray(zip_bytes())
    start = content.rfind(END)
    content[start + place : start + place + len(text)] = text
    return bytes(content)


def _damaged() -> bytes:
    """A zip with a bit of the last picture's bytes turned."""
    content = bytearray(zip_bytes(Member("sad/x.png")))
    content[content.find(CENTRAL) - 100] ^= 1
    return bytes(content)


LONG = struct.pack("<I", 300_000_000)
ZIPS: Mapping[str, tuple[Callable[[], bytes], Expected]] = {
    "a member of 300 MB": (partial(_patched, 24, LONG), ONE),
    "a member larger than it is": (partial(_patched, 24, struct.pack("<I", 5000)), ONE),
    "a member smaller than it is": (partial(_patched, 24, struct.pack("<I", 100)), ONE),
    "a member of no bytes": (partial(_patched, 24, bytes(4)), ONE),
    "members of 20 GB": (partial(_patched, 24, b"\xf0\xff\xff\xff", last=False), NO),
    "a wrong checksum": (partial(_patched, 16, b"\1\2\3\4"), ONE),
    "a bit turned": (_damaged, ONE),
    "another method": (partial(_patched, 10, b"\x63\0"), ONE),
    "encrypted": (partial(_patched, 8, b"\1\0"), Refused(r"faces\.zip.*encrypted")),
    "all encrypted": (partial(_patched, 8, b"\1\0", last=False), Refused(r"faces\.zip.*encr")),
    "a place far off": (partial(_patched, 42, b"\xf0\xff\xff\x7f"), ONE),
    "the place of another": (partial(_patched, 42, bytes(4)), ONE),
    "a disk that is not there": (partial(_patched, 34, b"\x07\0"), Stored(GOOD + 1)),
    "a name of 65,535 bytes": (partial(_patched, 28, b"\xff\xff"), Stored(GOOD + 1)),
    "an extra field of 65,535 bytes": (partial(_patched, 30, b"\xff\xff"), Stored(GOOD + 1)),
    "a directory far off": (partial(_end, 16, b"\xf0\xff\xff\x7f"), NO),
    "a directory at its beginning": (partial(_end, 16, bytes(4)), NO),
    "a directory of no bytes": (partial(_end, 12, bytes(4)), NO),
    "a directory of 2 GB": (partial(_end, 12, b"\xf0\xff\xff\x7f"), NO),
    "zip64 that is not there": (partial(_end, 8, b"\xff" * 12), NO),
    "a comment longer than it is": (partial(_end, 20, b"\xff\xff"), Stored(GOOD)),
    "a comment": (lambda: _end(20, b"\x05\0") + b"hello", Stored(GOOD)),
    "junk behind it": (lambda: zip_bytes() + b"junk" * 10, Stored(GOOD)),
    "100 KB of junk behind it": (lambda: zip_bytes() + b"junk" * 25_000, NO),
    "another zip behind it": (lambda: zip_bytes() + zip_bytes(tree={"happy/z.png": 7}), Stored(1)),
    "no directory": (lambda: zip_bytes()[: zip_bytes().find(CENTRAL)], NO),
    "an end alone": (lambda: END + bytes(18), NO),
    "text": (lambda: b"no archive", NO),
    "empty": (lambda: b"", NO),
    "a tar": (tar_bytes, NO),
    "a name of bytes": (lambda: zip_bytes(Member("happy/é.png")).replace(
        "é".encode(), b"\xff\xfe"), Refused(r"faces\.zip")),
    "20,000 members": (
        lambda: zip_bytes(*(Member(f"t/{n}.md", "") for n in range(20_000))), Stored(GOOD)),
}  # fmt: skip
"""Zips that lie."""


def _header(place: int, text: bytes) -> bytes:
    """A tar with other bytes in the header of its last member, and its checksum mended."""
    content = bytearray(tar_bytes(Member("sad/x.png")))
    start = content.find(b"sad/x.png")
    content[start + place : start + place + len(text)] = text
    content[start + 148 : start + 156] = b" " * 8
    total = sum(content[start : start + 512])
    content[start + 148 : start + 156] = b"%06o\0 " % total
    return bytes(content)


def _wrong_sum() -> bytes:
    content = bytearray(tar_bytes(Member("sad/x.png")))
    content[content.find(b"sad/x.png") + 150] ^= 1
    return bytes(content)


def _between() -> bytes:
    """A tar that ends between two members: nothing marks its end."""
    content = tar_bytes(Member("sad/x.png"))
    return content[: content.find(b"sad/x.png")]


def _longest(size: bytes) -> bytes:
    """A tar whose extended header says to be so long."""
    head = bytearray(tar_bytes(tree={"././@LongLink": b"x"})[:512])
    head[124:136], head[156:157] = size, b"L"
    head[148:156] = b" " * 8
    head[148:156] = b"%06o\0 " % sum(head)
    return bytes(head) + tar_bytes()


TARS: Mapping[str, tuple[Callable[[], bytes], Expected]] = {
    "a wrong checksum": (_wrong_sum, Refused(r"faces\.tar")),
    "a member larger than it is": (partial(_header, 124, b"77777777777\0"), Refused(r"faces\.tar")),
    "a member of 300 MB": (partial(_header, 124, b"02170321400\0"), Refused(r"faces\.tar")),
    "a member of 2^70": (partial(_header, 124, b"\x80" + b"\xff" * 11), Refused(r"faces\.tar")),
    "a negative member": (partial(_header, 124, b"\xff" * 12), Refused(r"faces\.tar")),
    "a size of letters": (partial(_header, 124, b"many bytes \0"), Refused(r"faces\.tar")),
    "an unknown type": (partial(_header, 156, b"Z"), Stored(GOOD, {"E_PATH": 1})),
    "a sparse file": (partial(_header, 156, b"S"), Stored(GOOD, {"E_PATH": 1})),
    "no magic": (partial(_header, 257, bytes(8)), Stored(GOOD + 1)),
    "cut between two members": (_between, Refused(r"faces\.tar")),
    "a long name of 8 GB": (partial(_longest, b"77777777777\0"), Refused(r"faces\.tar")),
    "a long name of 5 MB": (partial(_longest, b"00022000000\0"), Refused(r"faces\.tar")),
    "a long name of -1": (partial(_longest, b"\xff" * 12), Refused(r"faces\.tar")),
    "an end, then more": (lambda: tar_bytes() + tar_bytes(tree={"fear/x.png": 9}), Stored(GOOD)),
    "junk behind it": (lambda: tar_bytes() + b"junk" * 1000, Stored(GOOD)),
    "of GNU": (partial(tar_bytes, format=tarfile.GNU_FORMAT), Stored(GOOD)),
    "of old": (partial(tar_bytes, format=tarfile.USTAR_FORMAT), Stored(GOOD)),
    "zeros alone": (lambda: bytes(10_240), Refused(r"faces\.tar")),
    "text": (lambda: b"no archive" * 99, Refused(r"faces\.tar")),
    "empty": (lambda: b"", Refused(r"faces\.tar")),
    "a zip": (zip_bytes, Refused(r"faces\.tar")),
    "a name of bytes": (lambda: tar_bytes(Member("happy/\udcff.png"), format=tarfile.GNU_FORMAT),
                        Stored(GOOD + 1)),
}  # fmt: skip
"""Tars that lie."""

PACK: Mapping[str, Callable[[bytes], bytes]] = {
    ".gz": gzip.compress,
    ".bz2": bz2.compress,
    ".xz": lzma.compress,
}


def cases() -> Iterator[Case]:
    """Every lie of a zip, of a tar, and of what a tar is packed in."""
    for what, (make, expected) in ZIPS.items():
        yield case(f"zip: {what}", ZIP, make, expected)
    for what, (make, expected) in TARS.items():
        yield case(f"tar: {what}", "faces.tar", make, expected)
    for suffix, pack in PACK.items():
        yield from _streams(f"faces.tar{suffix}", pack)
    yield case("gzip: a bit of a BMP turned", "faces.tar.gz", _turned_bmp, Refused("faces.tar.gz"))
    for suffix in (".7z", ".rar", ".tar.zst", ".lzma"):
        file = f"faces{suffix}"
        yield case(f"not read: {suffix}", file, partial(bytes, 999), Refused(file))
    for file in ("faces.zip", "faces.tar.gz"):
        table = {"fer2013.csv": fer_csv()}
        yield case(f"{file}: a table", file, partial(packed, file, tree=table), Stored(8))
        several = table | {"train.csv": fer_csv(), "other.csv": "a,b\n"}
        yield case(f"{file}: tables", file, partial(packed, file, tree=several), Stored(8))
        half = {"fer2013.csv": fer_csv()[:-5000]}
        cut = Stored(7, {"E_TRUNCATED": 1})
        yield case(f"{file}: a table cut off", file, partial(packed, file, tree=half), cut)


def _streams(file: str, pack: Callable[[bytes], bytes]) -> Iterator[Case]:
    whole = pack(tar_bytes())
    rows: Mapping[str, tuple[Callable[[], bytes], Expected]] = {
        "in two parts": (lambda: pack(tar_bytes()[:3000]) + pack(tar_bytes()[3000:]), Stored(GOOD)),
        "packed twice": (lambda: pack(whole), Refused(file)),
        "a byte missing": (lambda: whole[:-1], Refused(file)),
        "its end missing": (lambda: whole[:-12], Refused(file)),
        "a byte of its end turned": (lambda: _turned(whole, len(whole) - 3), Refused(file)),
        "its head alone": (lambda: whole[:10], Refused(file)),
        "3 GB of nothing behind it": (lambda: whole + pack(bytes(10**7)) * 300, Refused(file)),
        "3 GB of nothing in a member": (lambda: _huge(pack), Refused(file)),
        "3 GB of members": (lambda: _members(pack), Refused(file)),
    }
    for what, (make, expected) in rows.items():
        yield case(f"{file}: {what}", file, make, expected)


def _turned(content: bytes, place: int) -> bytes:
    return content[:place] + bytes((content[place] ^ 1,)) + content[place + 1 :]


def _turned_bmp() -> bytes:
    """A gzipped tar with a bit of a pixel turned, which its checksum alone tells."""
    picture = encode(draw(8), "BMP")
    content = gzip.compress(tar_bytes(Member("sad/x.bmp", picture)), compresslevel=0)
    return _turned(content, content.find(picture) + len(picture) - 5)


def _huge(pack: Callable[[bytes], bytes]) -> bytes:
    """A member of 3 GB, of which the archive holds every byte, packed."""
    entry = tarfile.TarInfo("happy/big.png")
    entry.size = 3 * 10**9
    head = tar_bytes()[:-10_240].rstrip(b"\0")
    head += bytes(-len(head) % 512) + entry.tobuf()
    return pack(head) + pack(bytes(10**7)) * 301


def _members(pack: Callable[[bytes], bytes]) -> bytes:
    """Three hundred members of 10 MB."""
    entry = tarfile.TarInfo("happy/big.png")
    entry.size = 10**7 // 512 * 512
    return pack(entry.tobuf() + bytes(entry.size)) * 300
