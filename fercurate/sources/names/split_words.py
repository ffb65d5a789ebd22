"""The native split that a name tells: of a folder, of a list, of a column's value."""

import re
from functools import lru_cache

from fercurate.domain.expression import fold_word

SPLIT_WORDS: dict[str, str] = {
    "train": "Training",
    "training": "Training",
    "tr": "Training",
    "trn": "Training",
    "val": "Validation",
    "valid": "Validation",
    "validation": "Validation",
    "validating": "Validation",
    "dev": "Validation",
    "eval": "Validation",
    "evaluation": "Validation",
    "test": "Test",
    "testing": "Test",
    "tst": "Test",
    "publictest": "PublicTest",
    "privatetest": "PrivateTest",
}
"""Case-folded word -> native split."""

BESIDE_WORDS = (
    *("set", "sets", "data", "dataset", "split", "image", "images", "img", "imgs", "pic", "pics"),
    *("picture", "pictures", "photo", "photos", "face", "faces", "folder", "folders", "sample"),
    *("samples", "cropped", "croped", "crop", "aligned", "align", "label", "labels", "list"),
    *("annotation", "annotations", "gray", "grey", "manually", "classes", "emotion", "emotions"),
    *("with", "without", "lnd", "metadata"),
)
"""Words that may stand beside the split's."""

_WORDS = re.compile(r"[^\W_]+")
_JOINED = re.compile(rf"({'|'.join(SPLIT_WORDS)})(?:{'|'.join(BESIDE_WORDS)})*")
_LENGTH = 60


@lru_cache(maxsize=4096)
def split_of_file(stem: str) -> str:
    """The native split that the name of a table tells: all of it, or one of its words alone.

    ``fer_train`` is one of training, ``train_and_test`` of nothing.
    """
    whole = native_split(stem)
    words = {SPLIT_WORDS[w] for w in _WORDS.findall(fold_word(stem)) if w in SPLIT_WORDS}
    return whole or (words.pop() if len(words) == 1 else "")


@lru_cache(maxsize=4096)
def native_split(name: str) -> str:
    """The native split that a name tells, or "".

    Known are the words of ``SPLIT_WORDS`` in any case, alone or with such words as ``set``,
    ``data``, ``images`` around them: ``train_set``, ``Test data``, ``val-images``, ``TRAINSET``.
    """
    if len(name) > _LENGTH:
        return ""
    words = [word for word in _WORDS.findall(fold_word(name)) if word not in BESIDE_WORDS]
    match = _JOINED.fullmatch("".join(words))
    return SPLIT_WORDS[match[1]] if match else ""
