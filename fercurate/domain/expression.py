"""The canonical expression names and the spellings under which corpora know them."""

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
"""Canonical names, in FER-2013 order with contempt last."""

UNLABELED = ""
"""The expression of a sample that carries no label (``test.csv`` of the Kaggle competition)."""

SYNONYMS: dict[str, str] = {
    "anger": "angry",
    "angry": "angry",
    "disgust": "disgust",
    "disgusted": "disgust",
    "fear": "fear",
    "fearful": "fear",
    "scared": "fear",
    "afraid": "fear",
    "happy": "happy",
    "happiness": "happy",
    "joy": "happy",
    "smile": "happy",
    "sad": "sad",
    "sadness": "sad",
    "surprise": "surprise",
    "surprised": "surprise",
    "suprise": "surprise",
    "surpris": "surprise",
    "neutral": "neutral",
    "normal": "neutral",
    "contempt": "contempt",
    "contemptuous": "contempt",
}
"""Case-folded spelling -> canonical name, as seen in class folders and label columns."""


def parse_expression(text: str) -> str | None:
    """Return the canonical name for a spelling of any case, or None if it is not one."""
    return SYNONYMS.get(text.strip().casefold())
