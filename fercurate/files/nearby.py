"""What lies near a path where nothing is: the usual folder of results, or here."""

from pathlib import Path

USUAL_FOLDER = Path("data/processed")
"""Where stores and exports lie if nothing else is said."""


def otherwise_nearby(path: Path, fix: str) -> str:
    """What to do about a path where nothing is: name what is called so nearby, or ``fix``."""
    for near in (USUAL_FOLDER / path.name, Path(path.name)):
        if near != path and near.exists() and path.name:
            return f"There is {near}: say that in its place"
    return fix
