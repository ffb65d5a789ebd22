"""The training scripts beside an export: templates, copied, with the export's name filled in."""

import json
from collections.abc import Sequence
from pathlib import Path

NO_SCRIPTS = "none"
FRAMEWORKS: tuple[str, ...] = ("torch", "keras", "sklearn", NO_SCRIPTS)
"""For what scripts can be written; the first is the default."""

_TEMPLATES = Path(__file__).parent / "templates"
_FOLDERS = {
    "torch": ("shared", "networks", "torch"),
    "keras": ("shared", "networks", "keras"),
    "sklearn": ("shared", "sklearn"),
}
"""Where the scripts of a framework lie: from what all share to what is its own."""

_JOB = "training/job.py"
_BLANKS = ('RECIPE_SHA256 = ""', "CLASSES: tuple[str, ...] = ()")


def script_files(framework: str) -> dict[str, Path]:
    """Return the templates of a framework by their path beside an export, in order of paths."""
    found: dict[str, Path] = {}
    for folder in (_TEMPLATES / name for name in _FOLDERS[framework]):
        for path in folder.rglob("*.py"):
            found[path.relative_to(folder).as_posix()] = path
    return dict(sorted(found.items()))


def write_scripts(
    folder: Path, framework: str, recipe_sha256: str, classes: Sequence[str]
) -> list[str]:
    """Write the scripts of a framework into an export; return their paths in it.

    They refuse exports of another recipe, or with classes in another order.
    """
    if framework == NO_SCRIPTS:
        return []
    files = script_files(framework)
    for name, source in files.items():
        text = source.read_text(encoding="utf-8")
        if name == _JOB:
            text = _filled(text, recipe_sha256, classes)
        target = folder / name
        target.parent.mkdir(exist_ok=True)
        target.write_text(text, encoding="utf-8", newline="\n")
    return list(files)


def _filled(text: str, recipe_sha256: str, classes: Sequence[str]) -> str:
    named = "".join(f"    {json.dumps(name)},\n" for name in classes)
    values = (f'RECIPE_SHA256 = "{recipe_sha256}"', f"CLASSES: tuple[str, ...] = (\n{named})")
    for blank, value in zip(_BLANKS, values, strict=True):
        before, blank_line, after = text.partition(blank)
        assert blank_line, blank
        text = before + value + after
    return text
