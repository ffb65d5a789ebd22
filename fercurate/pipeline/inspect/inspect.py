"""What lies in a path, as what it would be read, and what to try next; nothing is stored."""

import shlex
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from fercurate.errors import InputError
from fercurate.report.overview.base import HasOverview, Overview
from fercurate.report.overview.contents import inspect_overview
from fercurate.sources.base import Recognition
from fercurate.sources.names.inventory import PathInventory, take_inventory
from fercurate.sources.registry import recognize
from fercurate.sources.unrecognized import next_step


@dataclass(frozen=True, repr=False)
class PathReport(HasOverview):
    """What lies in a path: its inventory, the corpora recognized, and what to try next.

    ``recognized`` is empty where nothing is; ``problem`` then says what keeps it from being read.
    """

    path: Path
    inventory: PathInventory
    recognized: tuple[Recognition, ...]
    problem: str = ""
    fix: str = ""

    def overview(self) -> Overview:
        """What was found, and as what it would be read."""
        return inspect_overview(self.to_json())

    def to_json(self) -> dict[str, Any]:
        """JSON-ready values, those of ``fercurate inspect --json``."""
        inventory = self.inventory
        pictures = [
            {"folder": folder, "suffix": suffix, "files": count}
            for (folder, suffix), count in sorted(inventory.pictures.items())
        ]
        named = {str(kind): names[:100] for kind, names in sorted(inventory.named.items())}
        corpora = [
            {key: value for key, value in asdict(r).items() if key in ("source", "layout", "why")}
            for r in self.recognized
        ]
        return {
            "schema_version": 1,
            "kind": "inspect",
            "path": str(self.path),
            "files": inventory.files,
            "complete": inventory.complete,
            "kinds": {str(kind): count for kind, count in sorted(inventory.kinds.items())},
            "pictures": pictures,
            "named": named,
            "tables": dict(sorted(inventory.heads.items())),
            "recognized": corpora,
            "problem": self.problem,
            "next": self.fix,
        }


def inspect_path(path: Path, source: str = "") -> PathReport:
    """Look at what lies in a path, and as what it would be read; pictures are not opened.

    Raises:
        InputError: there is no such path.
        UsageError: ``source`` names no source.
    """
    if not path.exists():
        raise InputError("no such file or folder", where=str(path))
    inventory = take_inventory(path)
    try:
        recognized = recognize(path, source)
    except InputError as error:
        fix = error.fix or next_step(path, inventory)
        return PathReport(path, inventory, (), error.found.partition(". Found:")[0], fix)
    first = recognized[0]
    given = shlex.quote(str(path))
    return PathReport(
        path, inventory, recognized, "", f"fercurate ingest {given}  # {first.source}"
    )
