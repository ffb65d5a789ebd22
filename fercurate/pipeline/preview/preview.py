"""Preview: what every step of a recipe does to a few samples, before a build."""

import re
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from fercurate.domain.manifest import Manifest
from fercurate.domain.segments.base import Rows
from fercurate.domain.text import Encoded, did_you_mean, encode_text
from fercurate.errors import FercurateError, InputError
from fercurate.files.folder import FolderKind, check_folder, staged_folder
from fercurate.pipeline.building.basis import MeasureOptions
from fercurate.pipeline.building.decision_files import recipe_decisions
from fercurate.pipeline.building.papers.sheets import ExportSheets
from fercurate.pipeline.building.prepare import PlannedBuild, planned_build
from fercurate.pipeline.defaults import PREVIEW_PER_CLASS
from fercurate.pipeline.events import Listener, ignore, warn_by
from fercurate.pipeline.preview.sheets import PreviewSheets
from fercurate.recipe.loader import LoadedRecipe
from fercurate.report.contact_sheet import ContactSheet, write_sheet
from fercurate.report.overview.base import HasOverview, Overview, rows_frame
from fercurate.report.overview.contents import preview_overview
from fercurate.store.store import Store

if TYPE_CHECKING:
    import pandas as pd

NORMALIZE, COPIES, SYNTHETIC, ONLINE = (
    f"{name}.png" for name in ("normalize", "copies", "synthetic", "online")
)
SHEETS: tuple[str, ...] = (NORMALIZE, COPIES, SYNTHETIC, ONLINE)
"""The files that a preview may have."""

PREVIEW_FOLDER = FolderKind(
    noun="a preview",
    option="--output",
    files=lambda _folder: frozenset(SHEETS),
    busy=FercurateError,
    fix="Pass --overwrite to replace it, or choose another --output",
    follows=True,
)
"""Known by its names alone: whatever has another is foreign."""

_NEARBY, _ENDING = 50, 4
_ZEROS = re.compile(r"(?<!\d)0+(?=\d)")


@dataclass(frozen=True, slots=True)
class PreviewRequest:
    """What to show, and in which folder.

    ``ids`` are ids of samples, or several with commas between; without them ``per_class`` samples
    of each class of train are drawn.
    """

    recipe: LoadedRecipe
    store: Path
    output: Path
    ids: tuple[str, ...] = ()
    per_class: int = PREVIEW_PER_CLASS
    overwrite: bool = False
    jobs: int = 0
    face_model: Path | None = None


@dataclass(frozen=True, repr=False)
class PreviewReport(HasOverview):
    """The samples shown, each with its class, and the sheets written.

    ``faces`` tells, where a step needs the face, of how many samples of the whole recipe it is
    known, by source and class.
    """

    name: str
    samples: dict[str, str]
    files: tuple[str, ...]
    faces: Mapping[str, Any] = field(default_factory=dict)

    def overview(self) -> Overview:
        """The sheets drawn, and of which samples."""
        return preview_overview(self.name, self.samples, self.files)

    def to_frame(self) -> "pd.DataFrame":
        """Return the samples shown as a pandas table: ``sample_id`` and ``class``."""
        return rows_frame(("sample_id", "class"), list(self.samples.items()))


def preview(request: PreviewRequest, listen: Listener = ignore) -> PreviewReport:
    """Draw contact sheets of every step of a recipe; the store gains nothing but measurements.

    Raises:
        ConflictError: the folder holds something that is not to be replaced.
        InputError: no sample has such an id, or the store lacks what the recipe needs.
        StoreError: a damaged or busy store.
        FercurateError: another process is writing the same preview.
    """
    check_folder(request.output, PREVIEW_FOLDER, request.overwrite)
    if request.recipe.remark:
        warn_by(listen)(request.recipe.remark)
    decisions = recipe_decisions(request.recipe, request.store)
    options = MeasureOptions(request.face_model, request.jobs, decisions)
    with ExitStack() as stack:
        store = stack.enter_context(Store.open(request.store))
        asked = _rows_of(request, store.manifest)
        recipe = request.recipe.recipe
        ready = stack.enter_context(planned_build(store, recipe, options, listen))
        shown = ExportSheets.of(ready)
        rows = asked if request.ids else _drawn_rows(ready, shown, request.per_class)
        drawn = PreviewSheets(ready, shown, rows, bool(request.ids))
        sheets = {
            NORMALIZE: drawn.normalize(),
            COPIES: drawn.copies(),
            SYNTHETIC: drawn.synthetic(request.per_class, listen),
            ONLINE: drawn.online(),
        }
        faces = ready.changes.to_json().get("faces", {})
        samples = dict(zip(shown.names(drawn.rows), drawn.classes(drawn.rows), strict=True))
    files = _write({k: sheet for k, sheet in sheets.items() if sheet}, request)
    return PreviewReport(recipe.name, samples, files, faces)


def _write(sheets: dict[str, ContactSheet], request: PreviewRequest) -> tuple[str, ...]:
    """Draw all sheets aside, then put them in the place of an earlier preview."""
    with staged_folder(request.output, PREVIEW_FOLDER, request.overwrite) as folder:
        for name, sheet in sheets.items():
            write_sheet(sheet, folder / name)
    return tuple(sheets)


def _drawn_rows(ready: PlannedBuild, shown: ExportSheets, per_class: int) -> Rows:
    """The first samples of each class of train in an order drawn by the seed."""
    rows = ready.plan.train.originals.rows
    found = shown.by_class(rows, shown.ranks(rows))
    return np.concatenate([rows[places[:per_class]] for _, places in found])


def _rows_of(request: PreviewRequest, manifest: Manifest) -> Rows:
    """The samples of the ids asked for, each once."""
    ids = manifest.encoded("id")
    rows: dict[int, None] = {}
    for text in request.ids:
        whole = len(_find(text, ids)) > 0
        for name in [text] if whole else text.split(","):
            found = _find(name.strip(), ids)
            if not len(found):
                raise InputError(
                    f"no sample has the id {name.strip()!r}{_near(name.strip(), ids)}",
                    where=str(request.store),
                )
            rows[int(found[0])] = None
    return np.array(list(rows), dtype=np.int64)


def _find(name: str, ids: Encoded) -> Rows:
    return np.flatnonzero(ids == encode_text([name])[0])


def _near(name: str, ids: Encoded) -> str:
    """Did you mean: among ids that end alike, and those next to it in the order of names."""
    ordered = np.sort(ids)
    sought = encode_text([name])[0]
    place = int(np.searchsorted(ordered, sought))
    around = ordered[max(place - _NEARBY, 0) : place + _NEARBY]
    ending = encode_text([re.split(r"\W", name)[-1][-_ENDING:]])[0]
    alike = ids[np.char.endswith(ids, ending)][: 2 * _NEARBY]
    texts = [one.decode("utf-8", "replace") for one in (*around, *alike)]
    same = [text for text in texts if _ZEROS.sub("", text) == _ZEROS.sub("", name)]
    return did_you_mean(name, same or texts)
