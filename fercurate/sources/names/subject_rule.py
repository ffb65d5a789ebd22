"""Where the person of a picture stands, as a user says it: in its path, a folder, or a column."""

import re
from dataclasses import dataclass

from fercurate.errors import UsageError
from fercurate.sources.options import OptionText, option_metadata

_OF_PATTERNS = re.compile(r"[(\\\[^$*]|[.+][*+?]")
"""What a regular expression has, and a column's name or a level has not."""


@dataclass(frozen=True, slots=True)
class SubjectRule:
    """How ``--subject`` was written: one of a pattern, the level of a folder, and a column.

    ``level`` counts folders below the root from 1, or from the file upwards from -1.
    """

    text: str
    pattern: re.Pattern[str] | None = None
    level: int = 0
    column: str = ""

    def of_path(self, relative: str) -> str:
        """The person that the path of a file below the root tells, or ""."""
        if self.pattern is not None:
            match = self.pattern.search(relative)
            return (match[1] or "") if match else ""
        folders = relative.split("/")[:-1]
        place = self.level - 1 if self.level > 0 else len(folders) + self.level
        return folders[place] if self.level and 0 <= place < len(folders) else ""


def parse_subject_rule(text: str) -> SubjectRule:
    """Read ``--subject``: a whole number, a regular expression with a group, or a column's name.

    Raises:
        UsageError: a pattern that cannot be read or has no group, or the level 0.
    """
    text = text.strip()
    if re.fullmatch(r"[+-]?\d{1,3}", text):
        level = int(text)
        if not level:
            raise UsageError("level 0", where="--subject", expected="1, 2, ... or -1, -2, ...")
        return SubjectRule(text, level=level)
    if not _OF_PATTERNS.search(text):
        return SubjectRule(text, column=text.casefold())
    try:
        pattern = re.compile(text)
    except re.error as error:
        raise UsageError(f"no pattern: {error}", where="--subject") from None
    if not pattern.groups:
        raise UsageError("no group in the pattern", where="--subject", expected="(...) round it")
    return SubjectRule(text, pattern=pattern)


SUBJECT = option_metadata(
    OptionText(
        "Who is in a picture: a pattern with a group for paths, the level of a folder (1: the "
        "first, -1: the last), or a column.",
        parse=parse_subject_rule,
        to_text=lambda rule: rule.text,
    )
)
"""Of every source whose files or lists may name people."""
