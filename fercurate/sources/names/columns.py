"""What the columns of a table are, by their names: the path, the label, the split, the person."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from fercurate.domain.expression import fold_word, parse_label
from fercurate.errors import InputError

SUBJECT_WORDS: tuple[str, ...] = (
    *("subject", "person", "actor", "identity", "participant", "speaker", "individual"),
)
"""Words of a column or key that tells who is in a picture."""

SPLIT_COLUMNS: tuple[str, ...] = ("split", "usage", "subset", "partition", "phase", "fold")
"""Words of a column or key that tells the split; ``set`` does so only as a whole column."""

_WORDS: dict[str, tuple[tuple[str, ...], ...]] = {
    "path": (
        (
            *("subdirectory_filepath", "filepath", "file_path", "path", "pth", "image_path"),
            *("img_path", "imagepath", "img_pth", "relative_path", "full_path"),
        ),
        ("filename", "file_name", "image_name", "img_name", "imagename", "image_file", "file"),
        ("image", "images", "img", "picture", "photo", "pic", "face", "name", "image_id", "img_id"),
        ("number", "id", "imageid"),
    ),
    "label": (
        (
            *("emotion", "emotions", "expression", "expressions", "facial_expression"),
            *("emotion_name", "emotion_label", "expression_label", "facial_emotion"),
            *("emotion_class", "exp", "mood"),
        ),
        (
            *("label", "labels", "class", "classes", "category", "target", "class_name"),
            *("label_name", "classname", "labelname", "y", "tag", "annotation"),
        ),
    ),
    "split": ((*SPLIT_COLUMNS, "set", "data_split"),),
    "subject": (
        (
            *SUBJECT_WORDS,
            *(f"{word}_id" for word in SUBJECT_WORDS),
            *("subjectid", "personid"),
        ),
    ),
    "pixels": (("pixels", "pixel", "pixel_values"),),
    "valence": (("valence", "val"),),
    "arousal": (("arousal", "aro"),),
}
"""Role -> spellings, those of one rank together, the surer ranks first."""

_BOXES: tuple[tuple[str, ...], ...] = (
    ("face_x", "face_y", "face_width", "face_height"),
    ("x", "y", "w", "h"),
    ("x", "y", "width", "height"),
    ("left", "top", "width", "height"),
    ("bbox_x", "bbox_y", "bbox_w", "bbox_h"),
)
_CORNERS: tuple[tuple[str, ...], ...] = (
    ("xmin", "ymin", "xmax", "ymax"),
    ("x1", "y1", "x2", "y2"),
    ("left", "top", "right", "bottom"),
    ("face_box_left", "face_box_top", "face_box_right", "face_box_bottom"),
)
_WIDE = re.compile(r"(?:pixel|px|p)?[_ ]?(\d+)")

ROLES: tuple[str, ...] = ("path", "label", "split", "subject", "-")
"""What ``--columns`` may call a column; ``-`` is one that is not read."""


@dataclass(frozen=True, slots=True)
class ColumnRoles:
    """Positions of the columns of a table by role; -1 or empty: there is none.

    ``labels`` are all columns that may be the label, the surest ones first; ``classes`` are one-hot
    columns as pairs of position and expression; ``box`` are left, top and either width, height or
    (``corners``) right, bottom; ``wide`` the columns of one pixel each.
    """

    path: int = -1
    labels: tuple[int, ...] = ()
    split: int = -1
    subject: int = -1
    pixels: int = -1
    valence: int = -1
    arousal: int = -1
    box: tuple[int, ...] = ()
    corners: bool = False
    classes: tuple[tuple[int, str], ...] = ()
    wide: tuple[int, ...] = ()

    @property
    def label(self) -> int:
        """The column of the label, if there is one and only one."""
        return self.labels[0] if len(self.labels) == 1 else -1

    @property
    def is_list(self) -> bool:
        """Whether the columns are those of a list of pictures with labels."""
        return self.path >= 0 and bool(self.labels or self.classes)

    @property
    def is_pixel_table(self) -> bool:
        """Whether the columns hold pixels."""
        return self.pixels >= 0 or bool(self.wide)


def column_roles(names: Sequence[str], subject: str = "") -> ColumnRoles:
    """Tell the roles of columns by their names; ``subject`` names the person's column."""
    folded = [_folded(name) for name in names]
    roles = {role: _first(folded, ranks) for role, ranks in _WORDS.items()}
    single = {role: found[0] if found else -1 for role, found in roles.items() if role != "label"}
    if subject:
        wanted = _folded(subject)
        single["subject"] = folded.index(wanted) if wanted in folded else -1
    box, corners = _box(folded)
    wide = _wide(folded)
    classes = tuple((i, e) for i, name in enumerate(names) if (e := parse_label(name)))
    one_hot = classes if len({e for _, e in classes}) > 1 and len(classes) > 1 else ()
    labels = tuple(i for i in _all(folded, _WORDS["label"]) if i not in box)
    return ColumnRoles(
        **single, labels=labels, box=box, corners=corners, classes=one_hot, wide=wide
    )


def refuse_repeated(names: Sequence[str], where: str) -> None:
    """Refuse a table in which two columns have one name: nothing tells which one is meant.

    Raises:
        InputError: there are such columns; upper and lower case is one.
    """
    counts = Counter(folded for name in names if (folded := _folded(name)))
    twice = [name for name, count in counts.items() if count > 1]
    if twice:
        raise InputError(
            f"{counts[twice[0]]} columns are named {twice[0]!r}",
            where=where,
            fix="Rename all but one, or remove them",
        )


def _folded(name: str) -> str:
    return re.sub(r"[\W_]+", "_", fold_word(name)).strip("_")


def _first(folded: list[str], ranks: tuple[tuple[str, ...], ...]) -> list[int]:
    """Positions of the columns of the surest rank that occurs; the order of a rank counts."""
    for rank in ranks:
        if found := [folded.index(word) for word in rank if word in folded]:
            return found
    return []


def _all(folded: list[str], ranks: tuple[tuple[str, ...], ...]) -> list[int]:
    """Positions of all columns of a role, those of surer ranks first."""
    return [folded.index(word) for rank in ranks for word in rank if word in folded]


def _box(folded: list[str]) -> tuple[tuple[int, ...], bool]:
    for corners, shapes in ((False, _BOXES), (True, _CORNERS)):
        for shape in shapes:
            if set(shape) <= set(folded):
                return tuple(folded.index(name) for name in shape), corners
    return (), False


def _wide(folded: list[str]) -> tuple[int, ...]:
    """Columns named for one pixel each (``pixel0`` ...): a square number of them, in a row."""
    numbered = [i for i, name in enumerate(folded) if _WIDE.fullmatch(name)]
    side = round(len(numbered) ** 0.5)
    whole = side >= 8 and side * side == len(numbered)
    return tuple(numbered) if whole and numbered[-1] - numbered[0] + 1 == len(numbered) else ()
