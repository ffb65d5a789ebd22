"""What is asked of a trace."""

from dataclasses import dataclass
from pathlib import Path

from fercurate.recipe.loader import LoadedRecipe


@dataclass(frozen=True, slots=True)
class TraceRequest:
    """What to trace: an id, ``train.h5:12``, ``fer2013.csv:17``, a raw path, or a picture file.

    ``store`` may be missing where an export tells enough. What a build decided is read from
    ``export``, else planned by ``recipe``; without both, only the store is asked. ``picture`` is
    the PNG file to draw.
    """

    what: str
    store: Path | None = None
    export: Path | None = None
    recipe: LoadedRecipe | None = None
    picture: Path | None = None
    face_model: Path | None = None
    jobs: int = 0
