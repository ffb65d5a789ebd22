"""Verbs that prove where a number comes from: trace, verify, rebuild, diff, bundle."""

from pathlib import Path
from typing import Literal

from fercurate.api.arguments import (
    PathLike,
    a_face_model,
    a_number,
    a_path,
    an_optional_path,
    some_jobs,
)
from fercurate.api.progress import Progress, listener
from fercurate.api.recipes import load_recipe
from fercurate.pipeline.bundle import packing
from fercurate.pipeline.bundle.packing import BundleReport, BundleRequest
from fercurate.pipeline.defaults import DEFAULT_STORE, bundle_file, rebuilt_folder
from fercurate.pipeline.diff import diff as differences
from fercurate.pipeline.diff.report import DiffReport
from fercurate.pipeline.rebuild import rebuild as rebuilding
from fercurate.pipeline.rebuild.rebuild import RebuildReport, RebuildRequest
from fercurate.pipeline.stats import funnel
from fercurate.pipeline.stats.funnel import Funnel
from fercurate.pipeline.trace import listing
from fercurate.pipeline.trace import trace as tracing
from fercurate.pipeline.trace.listing import SampleList
from fercurate.pipeline.trace.report import TraceReport
from fercurate.pipeline.trace.request import TraceRequest
from fercurate.pipeline.verify import verify as verifying
from fercurate.pipeline.verify.findings import VerifyReport
from fercurate.pipeline.verify.verify import EVERY_ROW, VerifyRequest
from fercurate.recipe.loader import LoadedRecipe


def trace(
    what: PathLike,
    *,
    store: PathLike | None = None,
    export: PathLike | None = None,
    recipe: LoadedRecipe | str | Path | None = None,
    picture: PathLike | None = None,
    face_model: PathLike | None = None,
    progress: Progress | bool | None = None,
) -> TraceReport:
    """Tell where a picture or a row comes from, or why it is not there: ``fercurate trace``.

    Args:
        what: a sample id, a row of an export (``"out/train.h5:12"``), a raw file with its line
            (``"fer2013.csv:17"``) or path, or a picture file, which is found by its pixels.
        store: the store to ask; without it, ``data/processed/store.h5`` if it is there.
        export: the export to ask: where it stands there, or why not.
        recipe: without an export: what this recipe makes of it.
        picture: also draw it, with its parents and the rows made from it, into this PNG file.
        face_model: YuNet's ONNX file, where a plan by ``recipe`` needs faces.
        progress: True for bars, or a callable that takes events; warnings come in any case.

    Raises:
        InputError: nothing is known of it.
        StoreError, ExportError: what is asked is missing or damaged.
    """
    usual = Path(DEFAULT_STORE)
    place = an_optional_path(store, "store") or (usual if usual.exists() else None)
    loaded = load_recipe(recipe) if isinstance(recipe, str | Path) else recipe
    request = TraceRequest(
        str(what),
        place,
        an_optional_path(export, "export"),
        loaded,
        an_optional_path(picture, "picture"),
        a_face_model(face_model),
    )
    return tracing.trace(request, listener(progress))


def list_samples(store: PathLike = DEFAULT_STORE, *, where: str = "") -> SampleList:
    """List the samples of a store that a condition holds for: ``fercurate trace --list``.

    Args:
        store: the store.
        where: the condition, such as ``"occluded < 0.3 and votes.happiness >= 5"``.

    Raises:
        WhereError: it is no condition; the error points at the character.
        InputError: it rests on what is not measured yet.
        StoreError: the store is missing or damaged.
    """
    return listing.list_samples(a_path(store, "store"), where)


def verify(
    path: PathLike = DEFAULT_STORE,
    *,
    replay: int | Literal["all"] = 0,
    store: PathLike | None = None,
    face_model: PathLike | None = None,
    jobs: int = 0,
    progress: Progress | bool | None = None,
) -> VerifyReport:
    """Check every digest and row of a store or an export, as ``fercurate verify`` does.

    Args:
        path: a store, or the folder of an export.
        replay: make so many rows of an export, drawn by seed, or ``"all"``, again from the store.
        store: the store to make rows from; without it, ``data/processed/store.h5``.
        face_model: YuNet's ONNX file, where rows are cut or turned to faces.
        jobs: workers; 0 means one a core. The result is the same for any number.
        progress: True for bars, or a callable that takes events; warnings come in any case.

    Returns:
        The report; whatever is wrong is a finding (``report.findings``), not an error.

    Raises:
        InputError: the path is missing, or neither a store nor an export.
        StoreError: the store to make rows from is missing or damaged.
    """
    rows = EVERY_ROW if replay == "all" else a_number(replay, "replay", 0)
    place = an_optional_path(store, "store") or Path(DEFAULT_STORE)
    request = VerifyRequest(
        a_path(path, "path"), rows, place, a_face_model(face_model), some_jobs(jobs)
    )
    return verifying.verify(request, listener(progress))


def rebuild(
    export: PathLike,
    *,
    store: PathLike = DEFAULT_STORE,
    output: PathLike | None = None,
    face_model: PathLike | None = None,
    overwrite: bool = False,
    jobs: int = 0,
    progress: Progress | bool | None = None,
) -> RebuildReport:
    """Build an export again from its lock, and compare, as ``fercurate rebuild`` does.

    Args:
        export: the folder of the export.
        store: the store to build from.
        output: the folder to write; default ``<export>-rebuilt``.
        face_model: YuNet's ONNX file; without it a fetched one, else Haar cascades.
        overwrite: replace an export that is there already.
        jobs: workers; 0 means one a core. The result is the same for any number.
        progress: True for bars, or a callable that takes events; warnings come in any case.

    Raises:
        ExportError: something that can change a byte is not as the lock says; all of it is named.
        ConflictError: the output is there, and not to be replaced.
        StoreError: the store is missing, busy or damaged.
    """
    place = a_path(export, "export")
    request = RebuildRequest(
        place,
        a_path(store, "store"),
        an_optional_path(output, "output") or rebuilt_folder(place),
        overwrite,
        some_jobs(jobs),
        a_face_model(face_model),
    )
    return rebuilding.rebuild(request, listener(progress))


def diff(first: PathLike, second: PathLike) -> DiffReport:
    """Show what differs between two exports, stores or locks, as ``fercurate diff`` does.

    Args:
        first: A: the folder of an export, a store, or a ``recipe.lock``.
        second: B, of the same kind.

    Raises:
        InputError: one is none of these.
        UsageError: they are of different kinds.
        StoreError, ExportError: one is damaged.
    """
    return differences.diff(a_path(first, "first"), a_path(second, "second"))


def bundle(
    path: PathLike,
    *,
    store: PathLike | None = None,
    output: PathLike | None = None,
    overwrite: bool = False,
    jobs: int = 0,
    progress: Progress | bool | None = None,
) -> BundleReport:
    """Pack what may be shared of an export or a store without a picture: ``fercurate bundle``.

    Args:
        path: the folder of an export, or a store.
        store: the store of an export: fingerprints and votes go along.
        output: the file to write; default ``<name>.bundle.zip``.
        overwrite: replace a bundle that is there already.
        jobs: workers; 0 means one a core. The result is the same for any number.
        progress: True for bars, or a callable that takes events; warnings come in any case.

    Raises:
        ConflictError: the file is there, and not to be replaced.
        InputError: neither an export nor a store.
        StoreError, ExportError: it is damaged, or has changed since it was built.
    """
    place = a_path(path, "path")
    request = BundleRequest(
        place,
        an_optional_path(output, "output") or bundle_file(place),
        an_optional_path(store, "store"),
        overwrite,
        some_jobs(jobs),
    )
    return packing.bundle(request, listener(progress))


def read_funnel(path: PathLike) -> Funnel:
    """Read how many samples stood after each stage of a build: ``fercurate stats --funnel``.

    Raises:
        InputError: no folder of an export.
        ExportError: it is damaged, or an earlier version built it.
    """
    return funnel.read_funnel(a_path(path, "path"))
