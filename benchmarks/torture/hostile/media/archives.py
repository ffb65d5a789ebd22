"""Zips and tars of class folders: names that lead out, links, repeated names, and what is cut."""

import bz2
import gzip
import io
import lzma
import tarfile
import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from benchmarks.torture.hostile.case import Case, Expected, Refused, Stored
from benchmarks.torture.hostile.inputs import (
    GOOD_PICTURES,
    Content,
    Tree,
    content_of,
    draw,
    encode,
    path_case,
)

KIND = "archives"
GOOD = 4
PACKED: Mapping[str, Callable[[bytes], bytes]] = {
    "faces.tar": bytes,
    "faces.tar.gz": gzip.compress,
    "faces.tar.bz2": bz2.compress,
    "faces.tar.xz": lzma.compress,
}
ARCHIVES = ("faces.zip", *PACKED)


@dataclass(frozen=True, slots=True)
class Member:
    """A member beside the good ones; ``kind`` is one of tar's (a zip has links alone)."""

    name: str
    content: Content = 9
    kind: bytes = tarfile.REGTYPE
    target: str = ""


def zip_bytes(*members: Member, tree: Tree = GOOD_PICTURES) -> bytes:
    """A zip of a tree and other members."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in tree.items():
            archive.writestr(name, content_of(content))
        for member in members:
            entry = zipfile.ZipInfo(member.name)
            content = content_of(member.content)
            if member.kind != tarfile.REGTYPE:
                entry.external_attr = 0o120777 << 16
                content = member.target.encode()
            archive.writestr(entry, content)
    return buffer.getvalue()


def tar_bytes(*members: Member, tree: Tree = GOOD_PICTURES, **options: int) -> bytes:
    """A tar of a tree and other members."""
    buffer = io.BytesIO()
    named = {"format": tarfile.PAX_FORMAT, **options}
    with tarfile.open(fileobj=buffer, mode="w", **named) as archive:  # type: ignore[call-overload]
        for name, content in tree.items():
            _add(archive, Member(name, content))
        for member in members:
            _add(archive, member)
    return buffer.getvalue()


def _add(archive: tarfile.TarFile, member: Member) -> None:
    entry = tarfile.TarInfo(member.name)
    entry.type, entry.linkname = member.kind, member.target
    content = content_of(member.content) if member.kind == tarfile.REGTYPE else b""
    entry.size = len(content)
    archive.addfile(entry, io.BytesIO(content))


def packed(name: str, *members: Member, tree: Tree = GOOD_PICTURES) -> bytes:
    """An archive by its file name."""
    if name.endswith(".zip"):
        return zip_bytes(*members, tree=tree)
    return PACKED[name](tar_bytes(*members, tree=tree))


PATH, DECODE = {"E_PATH": 1}, {"E_DECODE": 1}

MEMBERS: Mapping[str, tuple[tuple[Member, ...], Expected]] = {
    "up": ((Member("../happy/x.png"),), Stored(GOOD, PATH)),
    "far up": ((Member("../" * 50 + "happy/x.png"),), Stored(GOOD, PATH)),
    "up within": ((Member("happy/../../happy/x.png"),), Stored(GOOD, PATH)),
    "up and back": ((Member("sad/../happy/x.png"),), Stored(GOOD, PATH)),
    "up, backslashes": ((Member("..\\happy\\x.png"),), Stored(GOOD, PATH)),
    "absolute": ((Member("/happy/x.png"),), Stored(GOOD, PATH)),
    "absolute, in a system folder": ((Member("/etc/happy/x.png"),), Stored(GOOD, PATH)),
    "a drive": ((Member("C:/happy/x.png"),), Stored(GOOD, PATH)),
    "a share": ((Member("\\\\host\\happy\\x.png"),), Stored(GOOD, PATH)),
    "backslashes": ((Member("happy\\x.png"),), Stored(GOOD + 1)),
    "double slashes": ((Member("happy//x.png"),), Stored(GOOD + 1)),
    "dots": ((Member("./happy/./x.png"),), Stored(GOOD + 1)),
    "a link": ((Member("happy/x.png", 0, tarfile.SYMTYPE, "a.png"),), Stored(GOOD, PATH)),
    "a link out": ((Member("happy/x.png", 0, tarfile.SYMTYPE, "/etc/hosts"),), Stored(GOOD, PATH)),
    "a link to itself": ((Member("happy/x.png", 0, tarfile.SYMTYPE, "x.png"),),
                         Stored(GOOD, PATH)),
    "a link for a folder, then a file in it": (
        (Member("fear", 0, tarfile.SYMTYPE, "/tmp"), Member("fear/x.png")),  # noqa: S108
        Stored(GOOD + 1),
    ),
    "the same name twice": ((Member("happy/a.png", 8),), Stored(GOOD, DECODE)),
    "the same name thrice": ((Member("happy/a.png", 8), Member("happy/a.png", 9)),
                             Stored(GOOD, {"E_DECODE": 2})),
    "the same name by another way": ((Member("./happy/a.png", 8),), Stored(GOOD, DECODE)),
    "an empty picture": ((Member("happy/x.png", b""),), Stored(GOOD, DECODE)),
    "a text for a picture": ((Member("happy/x.png", "text"),), Stored(GOOD, DECODE)),
    "a picture cut off": ((Member("happy/x.png", encode(draw(9))[:200]),), Stored(GOOD, DECODE)),
    "a small picture": ((Member("happy/x.png", encode(draw(9, (4, 4)))),),
                        Stored(GOOD, {"E_SIZE": 1})),
    "20 MB of nothing": ((Member("happy/x.png", bytes(20_000_000)),), Stored(GOOD, DECODE)),
    "an archive": ((Member("happy/x.zip", zip_bytes()),), Stored(GOOD)),
    "an archive named as a picture": ((Member("happy/x.png", zip_bytes()),), Stored(GOOD, DECODE)),
    "a list": ((Member("labels.csv", "path,label\na.png,sad\n"),), Refused("lists beside")),
    "a pickle": ((Member("x.pkl", b"\x80\x04cos\nabort\n."),), Stored(GOOD)),
    "no suffix": ((Member("happy/x", 9),), Stored(GOOD + 1)),
    "no suffix, text": ((Member("happy/x", "text"),), Stored(GOOD)),
    "debris": ((Member("__MACOSX/happy/._a.png", b"x"), Member("happy/.x.png")), Stored(GOOD)),
    "a line break": ((Member("happy/a\nb.png"),), Stored(GOOD + 1)),
    "an escape": ((Member("happy/\x1b[31m.png"),), Stored(GOOD + 1)),
    "a dash": ((Member("happy/-rf.png"),), Stored(GOOD + 1)),
    "wide letters": ((Member("happy/漢字😀.png"),), Stored(GOOD + 1)),
    "250 letters": ((Member(f"happy/{'x' * 250}.png"),), Stored(GOOD + 1)),
    "3,000 letters": ((Member(f"happy/{'x' * 3000}.png"),), Stored(GOOD + 1)),
    "2,500 folders in a class": ((Member(f"happy/{'x/' * 2500}x.png"),), Stored(GOOD)),
    "100 folders": ((Member(f"{'d/' * 100}happy/x.png"),), Stored(GOOD + 1)),
    "1,000 texts": (tuple(Member(f"t/{n}.md", "") for n in range(1000)), Stored(GOOD)),
    "a number for a class": ((Member("7/x.png"),), Refused("--label-map")),
    "a number in a class": ((Member("sad/7/x.png"),), Refused("--label-map|7")),
    "a name nearly a class": ((Member("hapy/x.png"),), Stored(GOOD)),
}  # fmt: skip
"""Members beside the four good ones of any archive."""

SPECIAL: Mapping[str, Member] = {
    "a hard link": Member("happy/x.png", 0, tarfile.LNKTYPE, "happy/a.png"),
    "a hard link out": Member("happy/x.png", 0, tarfile.LNKTYPE, "/etc/hosts"),
    "a pipe": Member("happy/x.png", 0, tarfile.FIFOTYPE),
    "a device": Member("happy/x.png", 0, tarfile.CHRTYPE),
    "a block device": Member("happy/x.png", 0, tarfile.BLKTYPE),
}
"""Members that only a tar has, none of which is followed."""

WHOLES: Mapping[str, tuple[Tree, str]] = {
    "no members": ({}, ""),
    "texts alone": ({"a.txt": "a"}, ""),
    "pictures in no class": ({"a.png": 1, "b.png": 2}, ""),
    "broken pictures alone": ({"happy/a.png": "x", "sad/b.png": "y"}, ""),
    "ways out alone": ({"../happy/a.png": 1, "/sad/b.png": 2}, ""),
    "an archive in an archive": ({"inner.zip": zip_bytes()}, ""),
    "pictures of JAFFE": ({"happy/KA.HA1.1.tiff": 1, "sad/KA.SA1.1.tiff": 2}, "JAFFE"),
    "an empty table": ({"fer2013.csv": ""}, ""),
    "a damaged table": ({"fer2013.csv": b"\0" * 5000}, ""),
}
"""Archives that are refused, and what is said."""

SHARES = (0.02, 0.1, 0.3, 0.6, 0.95)


def cases() -> Iterator[Case]:
    """Every member in every archive; faults of the archives themselves are in ``archive_files``."""
    for file in ARCHIVES:
        for what, (members, expected) in MEMBERS.items():
            yield case(f"{file}: {what}", file, partial(packed, file, *members), expected)
        copy: Expected = Stored(GOOD) if file.endswith(".zip") else Refused(rf"{file}.*copy")
        made = partial(packed, file, Member("in/happy/a.png", 1))
        yield case(f"{file}: a class and its copy", file, made, copy)
        for what, (tree, pattern) in WHOLES.items():
            refused = Refused(pattern or rf"{file}")
            yield case(f"{file}: {what}", file, partial(packed, file, tree=tree), refused)
        for share in SHARES:
            made = partial(cut, file, share)
            yield case(f"{file}: {share:.0%} of it", file, made, Refused(file))
    for file in PACKED:
        for what, member in SPECIAL.items():
            made = partial(packed, file, member)
            yield case(f"{file}: {what}", file, made, Stored(GOOD, PATH))


def cut(file: str, share: float) -> bytes:
    """The beginning of an archive; of a plain tar so much of what lies before its padding."""
    content = packed(file)
    whole = len(content.rstrip(b"\0")) if file.endswith(".tar") else len(content)
    return content[: int(whole * share)]


def case(name: str, file: str, make: Callable[[], bytes], expected: Expected) -> Case:
    """An ingest of one archive."""

    def write(folder: Path) -> None:
        (folder / file).write_bytes(make())

    return path_case(KIND, name, write, expected, file)
