"""Settings of a project: ``fercurate.toml``, or ``[tool.fercurate]`` in ``pyproject.toml``, here.

Each stands for a variable of the environment, which wins over it, as the command line wins over
both. Only the command line reads them.
"""

import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from fercurate.errors import UsageError
from fercurate.files.regular import read_regular
from fercurate.pipeline.defaults import OUTPUT_ROOT

SETTINGS: dict[str, str] = {
    "store": "FERCURATE_STORE",
    "output": "FERCURATE_OUTPUT",
    "jobs": "FERCURATE_JOBS",
    "face_model": "FERCURATE_FACE_MODEL",
    "wait": "FERCURATE_WAIT",
}
"""What may be set, and the variable that says the same.

A folder may come from elsewhere: no file in it names machines to connect to, or files to write.
"""

FILE, SHARED = "fercurate.toml", "pyproject.toml"
_MOST_BYTES = 1 << 20


def apply_settings(folder: Path = Path()) -> str:
    """Let the settings of a folder speak where the environment says nothing; return their file.

    Raises:
        UsageError: the file is no TOML, or has an unknown key or a value of another kind.
    """
    place, found = read_settings(folder)
    for name, value in found.items():
        os.environ.setdefault(SETTINGS[name], str(value))
    return str(place) if found and place is not None else ""


def exports_root() -> Path:
    """The folder that exports and previews go to: ``FERCURATE_OUTPUT``, or the usual one."""
    return Path(os.environ.get(SETTINGS["output"]) or OUTPUT_ROOT)


def read_settings(folder: Path) -> tuple[Path | None, Mapping[str, str | int]]:
    """The file with settings in a folder, and what it sets.

    Raises:
        UsageError: as ``apply_settings`` has it.
    """
    for name in (FILE, SHARED):
        place = folder / name
        if place.is_file():
            table = _table(place)
            found = table if name == FILE else _own_table(table)
            if found is not None:
                return place, _checked(found, place)
    return None, {}


def _table(place: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(read_regular(place, _MOST_BYTES).decode("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError, RecursionError) as error:
        if place.name == SHARED:  # not ours to judge
            return {}
        raise UsageError(f"no TOML ({error})", where=str(place)) from None


def _own_table(table: dict[str, Any]) -> Any:
    tool = table.get("tool")
    return tool.get("fercurate") if isinstance(tool, dict) else None


def _checked(found: Any, place: Path) -> Mapping[str, str | int]:
    where = str(place)
    if not isinstance(found, dict):
        raise UsageError("[tool.fercurate] is no table", where=where)
    for name, value in found.items():
        if name not in SETTINGS:
            from fercurate.domain.text import did_you_mean  # noqa: PLC0415  # it loads NumPy

            near = did_you_mean(name, SETTINGS)
            known = f"one of {', '.join(SETTINGS)}"
            raise UsageError(f"unknown setting {name!r}{near}", where=where, expected=known)
        if isinstance(value, bool) or not isinstance(value, str | int) or "\0" in str(value):
            raise UsageError(f"{name} is {value!r}", where=where, expected="text or a whole number")
    return found
