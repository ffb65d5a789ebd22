"""What the ids of a file's rows begin with, and that no two files share it."""

from collections import Counter
from collections.abc import Mapping

from fercurate.errors import InputError

_SHORT = {"Training": "train", "Validation": "val"}


def id_prefix(stem: str, told: str, split: str) -> str:
    """``stem/``, and the word of a split that the stem itself (``told``) does not tell."""
    if split in ("", told):
        return f"{stem}/"
    return f"{stem}/{_SHORT.get(split, split.casefold())}/"


def check_prefixes(prefixes: Mapping[str, str]) -> None:
    """Refuse places (the keys) whose rows would have the same ids.

    Raises:
        InputError: two places with one prefix.
    """
    counts = Counter(prefixes.values())
    same = [place for place, prefix in prefixes.items() if counts[prefix] > 1]
    if same:
        raise InputError(
            f"{' and '.join(same)} would have the same ids",
            fix="Ingest them one by one, each with its own --name",
        )
