"""What stands beside sent objects: their digests, and whose they are.

``SHA256SUMS`` has the form of ``sha256sum``, so that others can compare as well.
"""

import json
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from fercurate.errors import InputError
from fercurate.files.regular import read_regular
from fercurate.files.remote.objects import ObjectPlace
from fercurate.sources.reading.path_index import plain_path

SUMS = "SHA256SUMS"
MARK = ".fercurate-sent"
"""Names the objects that fercurate sent, and says whether all of them are there."""

BESIDE = frozenset({SUMS, MARK})
"""What is no part of what was sent."""

_LINE = re.compile(r"([0-9a-fA-F]{64}) [ *](.+)")
_MOST = 1 << 30


@dataclass(frozen=True, slots=True)
class SentMark:
    """The ``names`` of what was sent below a prefix, or is being sent if it is not ``whole``."""

    names: frozenset[str]
    whole: bool

    def to_text(self) -> str:
        """What stands in the object ``MARK``."""
        return json.dumps({"whole": self.whole, "names": sorted(self.names)}) + "\n"


def read_mark(place: ObjectPlace, listed: Collection[str]) -> SentMark | None:
    """The mark below a place; None if there is none.

    Raises:
        InputError: it is none of ours.
    """
    if MARK not in listed:
        return None
    with TemporaryDirectory(prefix="fercurate-") as folder:
        path = Path(folder) / "mark"
        path.touch()
        place.fetch(MARK, path)
        try:
            told = json.loads(read_regular(path, _MOST))
            return SentMark(frozenset(map(str, told["names"])), bool(told["whole"]))
        except (ValueError, KeyError, TypeError):
            raise InputError(
                f"{MARK} is none of fercurate's", where=place.url, fix="Remove it there"
            ) from None


def sums_text(digests: Mapping[str, str]) -> str:
    """One line an object: its SHA-256 and its name."""
    return "".join(f"{digest}  {name}\n" for name, digest in sorted(digests.items()))


def parse_sums(content: bytes, where: str) -> dict[str, str]:
    """The digests by name.

    Raises:
        InputError: a line is none of ``sha256sum``'s.
    """
    digests: dict[str, str] = {}
    for number, line in enumerate(content.decode("utf-8", "replace").split("\n"), 1):
        match = _LINE.fullmatch(line.rstrip("\r"))
        if match is None and not line.strip():
            continue
        if match is None or plain_path(match[2]) != match[2].removeprefix("./"):
            raise InputError(
                f"line {number} is none of sha256sum's",
                where=f"{where}/{SUMS}",
                expected="64 hex digits, two spaces, a name",
            )
        digests[plain_path(match[2])] = match[1].lower()
    return {name: digest for name, digest in digests.items() if name not in BESIDE}
