"""What the name of an array tells: pictures or labels, of which split, of which set.

The vocabulary stands here once: keys of ``.npz`` files, paths of HDF5 datasets, stems of ``.npy``
files are all read by it.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from fercurate.domain.expression import fold_word
from fercurate.sources.names.columns import SPLIT_COLUMNS, SUBJECT_WORDS
from fercurate.sources.names.split_words import native_split


class Role(StrEnum):
    """What an array holds, a row a sample; of names a row is what a code stands for."""

    PICTURES = "pictures"
    LABELS = "labels"
    NAMES = "class names"
    SUBJECTS = "subjects"
    SPLITS = "splits"
    SPLIT_NAMES = "names of splits"
    OPERATIONS = "operations"


_VOCABULARY: dict[Role, tuple[str, ...]] = {
    Role.PICTURES: (
        *("x", "image", "images", "img", "imgs", "picture", "pictures", "pic", "pics", "photo"),
        *("photos", "pixel", "pixels", "face", "faces", "input", "inputs", "feature", "features"),
    ),
    Role.LABELS: (
        *("y", "label", "labels", "target", "targets", "emotion", "emotions", "expression"),
        *("expressions", "class", "classes", "output", "outputs", "annotation", "annotations"),
    ),
    Role.NAMES: ("name", "names", "categories", "list"),
    Role.SUBJECTS: (*SUBJECT_WORDS, *(f"{word}s" for word in SUBJECT_WORDS), "identities"),
    Role.SPLITS: (*SPLIT_COLUMNS, *(f"{word}s" for word in SPLIT_COLUMNS)),
    Role.OPERATIONS: ("op",),
}
"""Role -> the words that tell it, alone or beside a split's word and others."""

_WEAK = ("data", "samples")
"""Words of pictures where no other word of a key tells anything."""

_ROLES: dict[str, Role] = {word: role for role, words in _VOCABULARY.items() for word in words}
_STRONG = ("x", "y")
_PARTS = re.compile(r"[A-Z]?[^\W\dA-Z_]+|[A-Z]+(?![^\W\dA-Z_])|\d+")
_LENGTH = 200


@dataclass(frozen=True, slots=True)
class KeyMeaning:
    """What a key tells: the role of its array (or None), a native split, and what is left.

    Arrays of one split whose ``group`` is the same belong together.
    """

    role: Role | None
    split: str
    group: str


@lru_cache(maxsize=4096)
def key_meaning(key: str) -> KeyMeaning:
    """Read a key such as ``X_train``, ``trainImages``, ``Training_pixel`` or ``val/labels``."""
    words = [part for word in _PARTS.findall(key[:_LENGTH]) for part in _parted(fold_word(word))]
    role, telling = _role(words)
    rest = [word for position, word in enumerate(words) if position not in telling]
    split, used = _split(rest)
    group = " ".join(word for position, word in enumerate(rest) if position not in used)
    return KeyMeaning(role, split, group)


def _parted(word: str) -> Iterator[str]:
    """``xtrain`` and ``testy`` are two words."""
    for letter, rest in ((word[:1], word[1:]), (word[-1:], word[:-1])):
        if letter in _STRONG and native_split(rest) and not native_split(word):
            yield from (rest, letter)
            return
    yield word


def _role(words: list[str]) -> tuple[Role | None, set[int]]:
    """The role of a key, and the positions of the words that tell it.

    Words of names go before x and y, these before the last word; names of pictures tell nothing.
    """
    telling = [position for position, word in enumerate(words) if word in _ROLES]
    roles = {_ROLES[words[position]] for position in telling}
    if Role.NAMES in roles:
        return _named_role(roles), set(telling)
    strong = [position for position in telling if words[position] in _STRONG]
    weak = {position for position, word in enumerate(words) if word in _WEAK}
    if strong or telling:
        return _ROLES[words[(strong or telling)[-1]]], {*telling, *weak}
    return (Role.PICTURES if weak else None), weak


def _named_role(roles: set[Role]) -> Role | None:
    """What names are the names of: of classes, unless another word says otherwise."""
    if Role.SPLITS in roles:
        return Role.SPLIT_NAMES
    return None if roles & {Role.PICTURES, Role.SUBJECTS} else Role.NAMES


def _split(words: list[str]) -> tuple[str, range]:
    """The native split that the longest run of words tells, and their positions."""
    for length in range(min(len(words), 6), 0, -1):
        for start in range(len(words) - length + 1):
            split = native_split(" ".join(words[start : start + length]))
            if split:
                return split, range(start, start + length)
    return "", range(0)
