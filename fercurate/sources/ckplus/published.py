"""What was published of CK+: the counts of the release, and of CK+48."""

PUBLISHED: dict[str, int] = {
    "sequences": 593,
    "subjects": 123,
    "labeled": 327,
    "angry": 45,
    "contempt": 18,
    "disgust": 59,
    "fear": 25,
    "happy": 69,
    "sad": 28,
    "surprise": 83,
}
"""Counts of the release of 2010: all sequences and subjects, and labeled sequences by class."""

PUBLISHED_48: dict[str, int] = {
    "files": 981,
    "sequences": 327,
    "subjects": 118,
    "angry": 135,
    "contempt": 54,
    "disgust": 177,
    "fear": 75,
    "happy": 207,
    "sad": 84,
    "surprise": 249,
}
"""Counts of CK+48: the last three frames of each labeled sequence."""
