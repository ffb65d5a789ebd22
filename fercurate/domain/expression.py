"""The canonical expression names and the spellings under which corpora know them."""

import re
import tomllib
import unicodedata
from collections.abc import Mapping
from difflib import get_close_matches
from functools import cache, lru_cache
from importlib.resources import files
from itertools import pairwise

EXPRESSIONS: tuple[str, ...] = (
    "angry",
    "disgust",
    "fear",
    "happy",
    "sad",
    "surprise",
    "neutral",
    "contempt",
)
"""Canonical names of the simple ones, in FER-2013 order with contempt last."""

COMPOUND_EXPRESSIONS: tuple[str, ...] = (
    *("happily_surprised", "happily_disgusted"),
    *("sadly_fearful", "sadly_angry", "sadly_surprised", "sadly_disgusted"),
    *("fearfully_angry", "fearfully_surprised"),
    *("angrily_surprised", "angrily_disgusted", "disgustedly_surprised"),
)
"""Canonical names of two at once, in the order of RAF-DB's compound set; none is a simple one."""

KNOWN_EXPRESSIONS: tuple[str, ...] = (*EXPRESSIONS, *COMPOUND_EXPRESSIONS)
"""What the expression of a sample may be."""

UNLABELED = ""
"""The expression of a sample that carries no label (``test.csv`` of the Kaggle competition)."""

_DECORATION = frozenset(
    (
        *("face", "faces", "image", "images", "img", "imgs", "pic", "pics", "picture", "pictures"),
        *("photo", "photos", "expression", "expressions", "emotion", "emotions", "class", "people"),
    )
)
"""Words that may stand beside an expression in a name without changing it."""

_LETTERS = str.maketrans({"œ": "oe", "æ": "ae", "\u0131": "i", "ß": "ss"})
_WORDS = re.compile(r"[^\W\d_]+")
_NAME_LENGTH = 100
_NEAR, _NEARER = 0.8, 0.9
_NEGATIONS = ("un", "non", "not", "no_")


@cache
def expression_words() -> Mapping[str, str]:
    """Folded word -> canonical name, in all languages (``tables/expression_words.toml``)."""
    return {
        fold_word(word): name
        for words_of in _languages().values()
        for name, words in words_of.items()
        for word in words
    }


@cache
def _languages() -> Mapping[str, Mapping[str, list[str]]]:
    path = files("fercurate.domain").joinpath("tables", "expression_words.toml")
    return tomllib.loads(path.read_text(encoding="utf-8"))


def fold_word(text: str) -> str:
    """A word without its case and accents: ``Dégoût`` and ``degout`` are one."""
    parts = unicodedata.normalize("NFKD", text.strip().casefold().translate(_LETTERS))
    return unicodedata.normalize("NFC", "".join(c for c in parts if not unicodedata.combining(c)))


@lru_cache(maxsize=4096)
def parse_expression(text: str) -> str | None:
    """Return the canonical name for a spelling of any case, or None if it is not one.

    Numbers and such words as ``faces`` may stand around it: ``0_angry``, ``1. Angry``,
    ``happy_faces``. A name with a word of another kind, or with two expressions, is none.
    """
    if len(text) > _NAME_LENGTH:
        return None
    known = expression_words()
    whole = known.get(fold_word(text))
    if whole is not None:
        return whole
    words = name_words(text)
    named = {known[word] for word in words if word in known}
    plain = all(word in known or word in _DECORATION for word in words)
    return named.pop() if plain and len(named) == 1 else None


@lru_cache(maxsize=4096)
def parse_label(text: str) -> str | None:
    """Return the canonical name of a simple expression or a compound one, or None.

    Of a compound one both words must stand there, in their order: ``Happily Surprised``.
    """
    simple = parse_expression(text)
    if simple is not None or len(text) > _NAME_LENGTH:
        return simple
    name = "_".join(name_words(text))
    return name if name in COMPOUND_EXPRESSIONS else None


def expressions_in(text: str) -> frozenset[str]:
    """The canonical names of all expressions that words of a name tell (``train_3_sad``).

    The words of a compound one tell it alone.
    """
    known, words = expression_words(), name_words(text[:_NAME_LENGTH])
    pairs = [pair for pair in pairwise(words) if "_".join(pair) in COMPOUND_EXPRESSIONS]
    used = {word for pair in pairs for word in pair}
    simple = (known[word] for word in words if word in known and word not in used)
    return frozenset((*map("_".join, pairs), *simple))


def nearest_expression(text: str) -> str | None:
    """The canonical name whose spelling a word nearly is (``hapy``), or None.

    Words of other languages must be nearer than English ones: there are so many.
    """
    word = fold_word(text)
    if len(word) > _NAME_LENGTH or word in _DECORATION or word.startswith(_NEGATIONS):
        return None
    english = {fold_word(w): name for name, words in _languages()["english"].items() for w in words}
    for known, cutoff in ((english, _NEAR), (expression_words(), _NEARER)):
        if close := get_close_matches(word, known, n=1, cutoff=cutoff):
            return known[close[0]]
    return None


def name_words(text: str) -> list[str]:
    """The folded words of a name, without digits and what stands between them."""
    return _WORDS.findall(fold_word(text))
