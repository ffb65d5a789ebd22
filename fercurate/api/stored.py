"""Verbs on a store or an export: its class balance, its faults, its leaks, its pictures."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from fercurate.api.arguments import (
    PathLike,
    a_choice,
    a_cluster,
    a_face_model,
    a_path,
    an_optional_path,
    some_jobs,
    some_names,
    some_thresholds,
)
from fercurate.api.progress import Progress, listener
from fercurate.domain.sample import Pixels
from fercurate.errors import InputError
from fercurate.pipeline.audit import audit as audit_pipeline
from fercurate.pipeline.audit.report import AuditReport
from fercurate.pipeline.defaults import DEFAULT_STORE
from fercurate.pipeline.filter import filter as filter_pipeline
from fercurate.pipeline.filter.request import FilterRequest
from fercurate.pipeline.filter.verdicts import FilterReport
from fercurate.pipeline.stats.class_balance import ClassBalance
from fercurate.pipeline.stats.stats import measure_balance
from fercurate.screening.presets import DEFAULT_PRESET, PRESETS
from fercurate.store.store import Store

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def count_classes(path: PathLike = DEFAULT_STORE, *, where: str = "") -> ClassBalance:
    """Count the rows of a store or an export by split and class, as ``fercurate stats`` does.

    Args:
        path: a store, or an export.
        where: count only what this condition holds for: ``"source = 'ckplus'"``.

    Raises:
        WhereError: it is no condition; the error points at the character.
        InputError: the path is missing, or neither a store nor an export.
        StoreError, ExportError: it is damaged.
    """
    return measure_balance(a_path(path, "path"), where=where)


def plot_class_balance(
    balance: ClassBalance, *, title: str = "", path: PathLike | None = None
) -> "Figure":
    """Draw a class balance, one panel a split; with ``path`` also into a PNG, SVG or PDF file.

    ``title`` says of what it is; without it, the kind (store or export). The figure belongs to no
    window: a notebook shows it, and ``figure.savefig`` writes it.

    Raises:
        UsageError: the file is of another kind.
    """
    from fercurate.report.plot import draw_balance, plot_balance  # noqa: PLC0415 (matplotlib)

    title = title or f"this {balance.kind}"
    target = an_optional_path(path, "path")
    if target is not None:
        plot_balance(balance, target, title)
    return draw_balance(balance, title)


def filter_store(
    store: PathLike = DEFAULT_STORE,
    *,
    preset: str = DEFAULT_PRESET,
    thresholds: Mapping[str, float | None] | None = None,
    scores: PathLike | None = None,
    report: PathLike | None = None,
    ease: bool = True,
    criteria: Sequence[str] = (),
    where: str = "",
    face_model: PathLike | None = None,
    jobs: int = 0,
    cluster: str = "",
    work_dir: PathLike | None = None,
    shard: str = "",
    seal: bool = False,
    progress: Progress | bool | None = None,
) -> FilterReport:
    """Find occluded, non-human, faceless and badly lit samples, as ``fercurate filter`` does.

    Pictures are measured once; the measurements stay in the store. Nothing is deleted.

    Args:
        store: the store.
        preset: which thresholds to judge by: ``"lenient"``, ``"balanced"`` or ``"strict"``.
        thresholds: own ones by criterion, 0..1; None takes a criterion out.
        scores: also write every sample's scores to this CSV file.
        report: also write a page with the flagged pictures, and contact sheets, to this folder.
        ease: also score hard samples and doubtful labels (trains classifiers on all samples).
        criteria: score only these, and measure no more than they need; default all.
        where: tell only of samples that this condition holds for: ``"expression = 'happy'"``.
        face_model: YuNet's ONNX file; without it a fetched one, else Haar cascades.
        jobs: workers; 0 means one a core. The result is the same for any number.
        cluster: run on ``"local:4"``, ``"tcp://host:8786"``, ``"tls://host:8786"`` or
            ``"file:scheduler.json"`` (Dask; guard a script with ``if __name__ == "__main__"``).
        work_dir: a folder that all machines of the cluster share; default beside the store.
        shard: do only one part, ``"3/16"``, and seal it in the work folder: ``PartDone`` is raised.
        seal: go on from what all parts have sealed.
        progress: True for bars, or a callable that takes events; warnings come in any case.

    Raises:
        UsageError: an argument is none of those named here, or an unknown criterion.
        WhereError: the condition is none; the error points at the character.
        StoreError: the store is missing, busy or damaged.
        EngineError: the cluster does not answer, or cannot do the work.
        PartDone: a part was asked for, and is sealed.
        ConflictError: ``scores`` or ``report`` holds something else.
    """
    path = a_path(store, "store")
    request = FilterRequest(
        path,
        a_choice(preset, "preset", PRESETS),
        some_thresholds(thresholds),
        a_face_model(face_model),
        ease,
        some_jobs(jobs),
        an_optional_path(scores, "scores"),
        an_optional_path(report, "report"),
        command=f"fercurate.filter_store({path.name!r})",
        where=where,
        cluster=a_cluster(cluster, work_dir, shard, seal=seal),
        only=some_names(criteria, "criteria"),
    )
    found = filter_pipeline.filter_store(request, listener(progress))
    told = ("id", "source", "native_split", "expression", "row")
    return replace(found, manifest=found.manifest.held(told))


def audit(
    path: PathLike = DEFAULT_STORE,
    *,
    near: bool = True,
    changed: bool = True,
    jobs: int = 0,
    cluster: str = "",
    work_dir: PathLike | None = None,
    shard: str = "",
    seal: bool = False,
    progress: Progress | bool | None = None,
) -> AuditReport:
    """Look for leaks between splits and contradictory labels, as ``fercurate audit`` does.

    Args:
        path: a store (audited by its native splits) or an export (by its own, or its folds).
        near: also look for nearly identical pictures.
        changed: with these, also look for changed copies between splits: mirrored, turned,
            shifted, cropped, tilted or retouched.
        jobs: workers; 0 means one a core. The result is the same for any number.
        cluster: shrink a store's pictures on ``"local:4"``, ``"tcp://host:8786"`` and so on, as
            ``filter_store`` has it; what a filtered store keeps is not made again.
        work_dir: a folder that all machines of the cluster share; default beside the store.
        shard: do only one part, ``"3/16"``, and seal it in the work folder: ``PartDone`` is raised.
        seal: go on from what all parts have sealed.
        progress: True for bars, or a callable that takes events.

    Returns:
        The report; ``report.findings(max_leak)`` tells whether more than that share leaks.

    Raises:
        InputError: the path is missing, or neither a store nor an export.
        StoreError, ExportError: it is damaged.
        EngineError: the cluster does not answer, or cannot do the work.
        PartDone: a part was asked for, and is sealed.
    """
    place, heard = a_path(path, "path"), listener(progress)
    chosen = a_cluster(cluster, work_dir, shard, seal=seal)
    request = audit_pipeline.AuditRequest(place, near, changed, some_jobs(jobs), chosen)
    return audit_pipeline.audit_as(request, heard)


def read_images(store: Store | PathLike, ids: Iterable[str]) -> list[Pixels]:
    """Return the stored pictures of samples, in the order of their ids.

    Args:
        store: an open store, or the path of one.
        ids: ids of samples, such as a column of a table.

    Returns:
        A picture a sample: (H, W) or (H, W, 3) uint8, read-only; sizes may differ.

    Raises:
        InputError: no sample has one of these ids.
        StoreError: the store is missing or damaged.
    """
    if not isinstance(store, Store):
        with Store.open(a_path(store, "store")) as opened:
            return read_images(opened, ids)
    wanted = [ids] if isinstance(ids, str) else list(ids)
    rows = _rows_by_id(store, [name for name in wanted if isinstance(name, str)])
    for name in wanted:
        if name not in rows:
            raise InputError(f"no sample has the id {name!r}", where=str(store.path))
    return store.images([rows[name] for name in wanted])


def _rows_by_id(store: Store, ids: list[str]) -> dict[str, int]:
    """The rows of those ids that the store has; only these are decoded, a store has many."""
    rows = np.flatnonzero(store.manifest.is_one_of("id", ids))
    return dict(zip(store.manifest.take(rows).text("id"), rows.tolist(), strict=True))
