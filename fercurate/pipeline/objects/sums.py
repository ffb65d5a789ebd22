"""``SHA256SUMS``: what all objects below a prefix hold, in the form of ``sha256sum``.

It is sent last, so where it stands, everything that it names has been sent.
"""

import re
from collections.abc import Mapping

from fercurate.errors import InputError
from fercurate.sources.reading.path_index import plain_path

SUMS = "SHA256SUMS"
SENDING = ".fercurate-sending"
"""Stands there from before the first object is sent until after the last."""

_LINE = re.compile(r"([0-9a-f]{64}) [ *](.+)")


def sums_text(digests: Mapping[str, str]) -> str:
    """One line an object: its SHA-256 and its name."""
    return "".join(f"{digest}  {name}\n" for name, digest in sorted(digests.items()))


def parse_sums(content: bytes, where: str) -> dict[str, str]:
    """The digests by name.

    Raises:
        InputError: a line is none of ``sha256sum``'s.
    """
    digests: dict[str, str] = {}
    for number, line in enumerate(content.decode("utf-8", "replace").splitlines(), 1):
        match = _LINE.fullmatch(line)
        if match is None or plain_path(match[2]) != match[2].removeprefix("./"):
            raise InputError(
                f"line {number} is none of sha256sum's",
                where=f"{where}/{SUMS}",
                expected="64 hex digits, two spaces, a name",
            )
        digests[plain_path(match[2])] = match[1]
    return digests
