"""Verify: every digest of a store or an export, its rows, and rows made again from the store."""

from dataclasses import dataclass, replace
from pathlib import Path

from fercurate.errors import ExportError, InputError, UsageError
from fercurate.export.exported_files import is_export
from fercurate.export.lock import LOCK_FILE, read_provenance
from fercurate.files.nearby import otherwise_nearby
from fercurate.pipeline.building.basis import MeasureOptions
from fercurate.pipeline.events import Listener, ignore
from fercurate.pipeline.verify.files import ExportFiles
from fercurate.pipeline.verify.findings import Findings, ReplayCounts, VerifyReport
from fercurate.pipeline.verify.replay import Replay
from fercurate.pipeline.verify.rows import FileRows, check_rows
from fercurate.pipeline.verify.store import StoreCheck
from fercurate.store.store import Store

EVERY_ROW = -1
"""In place of a number of rows: all of them."""


@dataclass(frozen=True, slots=True)
class VerifyRequest:
    """What to verify: a store or an export.

    ``replay`` rows of an export are made again from ``store`` (0: none, ``EVERY_ROW``: all).
    """

    path: Path
    replay: int = 0
    store: Path | None = None
    face_model: Path | None = None
    jobs: int = 0


def verify(request: VerifyRequest, listen: Listener = ignore) -> VerifyReport:
    """Verify a store or an export; whatever is wrong is a finding, never an error.

    Raises:
        InputError: the path is missing, or neither a store nor an export.
        UsageError: rows of a store cannot be made again, or no store is named to make them from.
        StoreError: the store to make rows from is missing or damaged, or lacks measurements.
    """
    path = request.path
    if not path.exists():
        fix = otherwise_nearby(path, "Make a store with: fercurate ingest PATH")
        raise InputError("no such store or export", where=str(path), fix=fix)
    if is_export(path):
        return _verify_export(request, listen)
    if not path.is_file():
        raise InputError(
            "neither a store nor an export",
            where=str(path),
            expected="a store (store.h5) or an export folder with recipe.lock",
        )
    if request.replay:
        raise UsageError("a store has no rows to make again", where="--replay")
    return StoreCheck(path, request.jobs, listen).run()


def _verify_export(request: VerifyRequest, listen: Listener) -> VerifyReport:
    if not request.path.is_dir():
        wanted = f"its folder, with {LOCK_FILE}"
        raise InputError("one file of an export", where=str(request.path), expected=wanted)
    if request.replay and _bundle_of(request.path):
        raise UsageError(
            "it was made from a bundle, whose ids are not those of a store",
            where="--replay",
            fix="Build it again with: fercurate build --bundle",
        )
    if request.replay and request.store is None:
        raise UsageError("no store to make rows from", where="--replay", fix="Name it with --store")
    findings, checked = Findings(), dict[str, int]()
    files = ExportFiles.checked_in(request.path, findings, checked)
    read = check_rows(files)
    report = VerifyReport(request.path, "export", checked, tuple(findings), findings.more)
    if not request.replay:
        return report
    counts, remarks = _replayed(request, files, read, listen)
    return replace(
        report, findings=tuple(findings), more=findings.more, remarks=remarks, replay=counts
    )


def _bundle_of(path: Path) -> str:
    """The bundle that an export was made from, if it was."""
    try:
        return str(read_provenance(path / LOCK_FILE).get("bundle", ""))
    except ExportError:
        return ""


def _replayed(
    request: VerifyRequest, files: ExportFiles, read: list[FileRows], listen: Listener
) -> tuple[ReplayCounts | None, tuple[str, ...]]:
    """What came out of rows made again, and what is to be said of the store."""
    if files.recipe is None:
        return None, ("no row was made again: the recipe cannot be read",)
    wanted = None if request.replay == EVERY_ROW else request.replay
    options = MeasureOptions(request.face_model, request.jobs)
    with Store.open(request.store or Path()) as store:
        same = store.has_digest(str(files.lock.get("store_sha256")))
        other = f"{store.path.name} is another store than the one of the build, or has changed"
        replay = Replay(request.path, store, files.recipe, read, wanted, options)
        return replay.run(files.findings, listen), () if same else (other,)
