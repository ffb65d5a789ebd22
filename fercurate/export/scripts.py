"""The training scripts beside an export: the training kit, copied, and a short entry to each."""

import json
import shutil
from collections.abc import Sequence
from pathlib import Path
from string import Template

NO_SCRIPTS = "none"
FRAMEWORKS: tuple[str, ...] = ("torch", "keras", "sklearn", NO_SCRIPTS)
"""For what scripts can be written; the first is the default."""

_KIT = Path(__file__).parents[1] / "training"
_PARTS = {
    "torch": ("shared", "networks", "torch"),
    "keras": ("shared", "networks", "keras"),
    "sklearn": ("shared", "sklearn"),
}
"""The parts of the kit that a framework needs."""

_PURPOSE = {
    "train": "Train a facial-expression classifier on the export that this file lies in",
    "evaluate": "Evaluate a checkpoint of train.py on this export, or on others",
    "predict": "Tell the expressions of faces in pictures, folders of pictures, and videos",
    "export_onnx": "Write a checkpoint of train.py as ONNX, which many programs run",
}
_OF_THE_EXPORT = ("train", "evaluate")
"""Scripts that are told which export they lie in."""

_ENTRY_OF_THE_EXPORT = Template('''\
"""$purpose: see --help."""

import sys
from pathlib import Path

$imports

HOME = HomeExport(
    folder=Path(__file__).resolve().parent,
    recipe_sha256="$recipe_sha256",
    classes=$classes,
)

if __name__ == "__main__":
    check_requirements()
    from training.$framework.$script import main

    sys.exit(main(HOME))
''')
_ENTRY = Template('''\
"""$purpose: see --help."""

import sys

from training.$framework.requirements import check_requirements

if __name__ == "__main__":
    check_requirements()
    from training.$framework.$script import main

    sys.exit(main())
''')


def kit_files(framework: str) -> dict[str, Path]:
    """Return the files of the kit for a framework by their path beside an export, in its order."""
    folders = (_KIT / part for part in _PARTS[framework])
    paths = [_KIT / "__init__.py", *(path for folder in folders for path in folder.rglob("*.py"))]
    return dict(sorted((path.relative_to(_KIT.parent).as_posix(), path) for path in paths))


def entry_scripts(framework: str, recipe_sha256: str, classes: Sequence[str]) -> dict[str, str]:
    """Return the text of each script that people run, by its name.

    Those that train and evaluate state the SHA-256 (hex) of the recipe and the classes in their
    order: they refuse exports of another recipe, or with classes in another order.
    """
    found = {}
    for script, purpose in _PURPOSE.items():
        if (_KIT / framework / f"{script}.py").is_file():
            entry = _ENTRY_OF_THE_EXPORT if script in _OF_THE_EXPORT else _ENTRY
            found[f"{script}.py"] = entry.substitute(
                purpose=purpose,
                framework=framework,
                script=script,
                recipe_sha256=recipe_sha256,
                classes=_tuple_of(classes),
                imports="\n".join(sorted(_imports(framework))),
            )
    return found


def _imports(framework: str) -> list[str]:
    return [
        f"from training.{framework}.requirements import check_requirements",
        "from training.shared.home import HomeExport",
    ]


def _tuple_of(classes: Sequence[str]) -> str:
    """A tuple of names as Python writes it, a line each."""
    return "".join(["(\n", *(f"        {json.dumps(name)},\n" for name in classes), "    )"])


def write_scripts(
    folder: Path, framework: str, recipe_sha256: str, classes: Sequence[str]
) -> list[str]:
    """Write the scripts of a framework into an export; return their paths in it, sorted."""
    if framework == NO_SCRIPTS:
        return []
    entries = entry_scripts(framework, recipe_sha256, classes)
    for name, text in entries.items():
        (folder / name).write_text(text, encoding="utf-8", newline="\n")
    copied = kit_files(framework)
    for name, source in copied.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, folder / name)
    return sorted([*entries, *copied])
