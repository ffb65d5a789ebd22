"""Who is in a picture, as the names of files and folders tell.

Each pattern is what a corpus is distributed with; a file of any tree is tried with them, because
packs keep the names of the corpora they were made from.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePath


@dataclass(frozen=True, slots=True)
class NamePattern:
    """How a corpus names its files: ``subject`` and, with ``codes``, ``label`` are groups."""

    corpus: str
    pattern: re.Pattern[str]
    codes: Mapping[str, str] = field(default_factory=dict)
    prefix: str = ""

    def subject(self, stem: str) -> str:
        """The person of a file name without suffix, or "" if it is not named so."""
        match = self.pattern.fullmatch(stem)
        return self.prefix + match["subject"].upper() if match else ""

    def expression(self, stem: str) -> str:
        """The canonical expression that the name's code tells, or ""."""
        match = self.pattern.fullmatch(stem) if self.codes else None
        return self.codes.get(match["label"].upper(), "") if match else ""


def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(text, re.IGNORECASE | re.ASCII)


_LETTERS = {"DI": "disgust", "HA": "happy", "SA": "sad", "SU": "surprise", "NE": "neutral"}

PATTERNS: tuple[NamePattern, ...] = (
    NamePattern("CK+", _pattern(r"(?P<subject>S\d{3})_\d{3}_\d{8}.*")),
    NamePattern(
        "KDEF",
        _pattern(r"[AB](?P<subject>[FM]\d\d)(?P<label>AN|DI|AF|HA|SA|SU|NE)(?:S|HL|HR|FL|FR)"),
        _LETTERS | {"AN": "angry", "AF": "fear"},
    ),
    NamePattern(
        "JAFFE",
        _pattern(
            r"(?P<subject>K[ALMR]|MK|NA|NM|TM|UY|YM)[\W_]+(?P<label>AN|DI|FE|HA|SA|SU|NE)\d*"
            r"[\W_]+\d+(?:[\W_]+\d+)*"
        ),
        _LETTERS | {"AN": "angry", "FE": "fear"},
    ),
    NamePattern(
        "RaFD",
        _pattern(
            r"Rafd\d{3}_(?P<subject>\d\d)_[a-z]+_(?:fe)?male_"
            r"(?P<label>angry|contemptuous|disgusted|fearful|happy|neutral|sad|surprised)_[a-z]+.*"
        ),
        {
            "ANGRY": "angry",
            "CONTEMPTUOUS": "contempt",
            "DISGUSTED": "disgust",
            "FEARFUL": "fear",
            "HAPPY": "happy",
            "NEUTRAL": "neutral",
            "SAD": "sad",
            "SURPRISED": "surprise",
        },
    ),
    NamePattern(
        "CREMA-D",
        _pattern(r"(?P<subject>1\d{3})_[A-Z]{3}_(?P<label>ANG|DIS|FEA|HAP|NEU|SAD)_[A-Z]{2}.*"),
        {
            "ANG": "angry",
            "DIS": "disgust",
            "FEA": "fear",
            "HAP": "happy",
            "NEU": "neutral",
            "SAD": "sad",
        },
    ),
    NamePattern(
        "RAVDESS",
        _pattern(
            r"0[1-3]-0[12]-(?P<label>0[1-8])-0[12]-0[12]-0[12]-(?P<subject>(?:0[1-9]|1\d|2[0-4])).*"
        ),
        {
            "01": "neutral",
            "03": "happy",
            "04": "sad",
            "05": "angry",
            "06": "fear",
            "07": "disgust",
            "08": "surprise",
        },
    ),
    NamePattern(
        "MEAD",
        _pattern(
            r"(?P<subject>[MW]0\d\d)[\W_](?:[a-z0-9]+[\W_])*?"
            r"(?P<label>angry|contempt|disgusted|fear|happy|neutral|sad|surprised)[\W_].*"
        ),
        {
            "ANGRY": "angry",
            "CONTEMPT": "contempt",
            "DISGUSTED": "disgust",
            "FEAR": "fear",
            "HAPPY": "happy",
            "NEUTRAL": "neutral",
            "SAD": "sad",
            "SURPRISED": "surprise",
        },
    ),
)
"""In the order in which they are tried (RAVDESS counts ``02``, calm, as none)."""

_PERSON_FOLDER = re.compile(
    r"(?:s|p|id|sub|subj|subject|person|actor|actress|user|participant|speaker|model|m|f|w|af|am"
    r"|bf|bm|face_id)[\W_]*\d{1,6}|\d{2,6}",
    re.IGNORECASE | re.ASCII,
)
_SHARE = 0.9


def naming_of(names: Sequence[str]) -> NamePattern | None:
    """The pattern by which nearly all of these file names are made, or None."""
    stems = [PurePath(name).stem for name in names]
    for pattern in PATTERNS:
        if stems and sum(map(bool, map(pattern.subject, stems))) >= _SHARE * len(stems):
            return pattern
    return None


def is_person_folder(name: str) -> bool:
    """Whether a folder is named for a person by a number: ``S010``, ``Actor_03``, ``007``."""
    return _PERSON_FOLDER.fullmatch(name) is not None
