"""``applied.jsonl``: what was drawn for every augmented row, one line of JSON a row."""

import json
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import IO

from fercurate.domain.manifest import Manifest
from fercurate.domain.plan import SplitPlan
from fercurate.pipeline.building.rendering.renderer import DrawnRows

APPLIED = "applied.jsonl"


class AppliedLog:
    """Writes lines in the order of files and rows; there is no file if nothing was drawn.

    Each line has ``file``, ``split``, ``row`` (from 0), ``sample_id`` and ``applied``: the names
    of the transforms with the values that were drawn.
    """

    def __init__(self, path: Path, manifest: Manifest) -> None:
        self._path = path
        self._ids = manifest.encoded("id")
        self._file: IO[str] | None = None

    def __enter__(self) -> "AppliedLog":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        tb: TracebackType | None,
    ) -> None:
        if self._file is not None:
            self._file.close()

    def writer(self, plan: SplitPlan, file: Path) -> Callable[[DrawnRows], None]:
        """Return what writes down the rows of one split, which stands in ``file``."""

        def write(rows: DrawnRows) -> None:
            if self._file is None:
                self._file = self._path.open("w", encoding="utf-8", newline="\n")
            names = rows.segment.names(self._ids)
            for place, (name, applied) in enumerate(zip(names, rows.drawn, strict=True)):
                entry = {
                    "file": file.as_posix(),
                    "split": plan.split,
                    "row": rows.first + place,
                    "sample_id": name.decode("utf-8", "surrogateescape"),
                    "applied": applied,
                }
                self._file.write(json.dumps(entry, ensure_ascii=True) + "\n")

        return write
