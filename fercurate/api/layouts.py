"""Exports laid out for trainers."""

from collections.abc import Sequence
from typing import Any

from fercurate.api.arguments import (
    PathLike,
    a_choice,
    a_cluster,
    a_path,
    an_optional_path,
    some_jobs,
)
from fercurate.api.progress import Progress, listener
from fercurate.errors import UsageError
from fercurate.layouts.presets import preset_names
from fercurate.layouts.registry import layout_names
from fercurate.pipeline.defaults import layout_folder
from fercurate.pipeline.exporting.choice import chosen_layout
from fercurate.pipeline.exporting.export import LayoutReport, LayoutRequest, export_layout


def lay_out(
    export: PathLike,
    layout: str = "",
    *,
    trainer: str = "",
    output: PathLike | None = None,
    splits: Sequence[str] = (),
    overwrite: bool = False,
    jobs: int = 0,
    cluster: str = "",
    work_dir: PathLike | None = None,
    shard: str = "",
    seal: bool = False,
    progress: Progress | bool | None = None,
    **settings: Any,
) -> LayoutReport:
    """Lay out an export as a trainer reads it, as ``fercurate export`` does.

    Args:
        export: the folder of an export, or one of its HDF5 files.
        layout: its name: ``"imagefolder"``, ``"hf"``, ``"webdataset"``, ...
        trainer: in place of a layout: a trainer by name, such as ``"poster++"``.
        output: the folder to write; default ``<export>.<layout or trainer>``.
        splits: only these; default all but those that repeat rows of another.
        overwrite: replace a layout that is there already.
        jobs: workers; 0 means one a core. The result is the same for any number.
        cluster: have files of pictures made on ``"local:4"``, ``"tcp://host:8786"`` and so on, as
            ``filter_store`` has it.
        work_dir: a folder that all machines of the cluster share; default beside the export.
        shard: in place of a cluster, make part ``"3/16"`` of them, seal it, and end.
        seal: go on from what all parts have sealed.
        progress: True for bars, or a callable that takes events; warnings come in any case.
        settings: those of the layout, as its keys in a recipe: ``order=("neutral", "happy")``.

    Raises:
        UsageError: an unknown name, setting or split; neither a layout nor a trainer, or both.
        ConflictError: the folder holds something that is not to be replaced.
        ExportError: the export is damaged, or the layout cannot hold it.
        EngineError: the cluster does not answer, or cannot do the work.
        PartDone: a part was asked for, and its units are sealed.
    """
    if bool(layout) == bool(trainer):
        raise UsageError("name a layout, or a trainer", where="layout")
    name = trainer or layout
    if trainer:
        a_choice(trainer, "trainer", preset_names())
    else:
        a_choice(layout, "layout", layout_names())
    chosen, preset = chosen_layout(layout, trainer, settings)
    place = a_path(export, "export")
    wanted = (splits,) if isinstance(splits, str) else tuple(splits)
    request = LayoutRequest(
        place,
        chosen,
        an_optional_path(output, "output") or layout_folder(place, name),
        preset,
        wanted,
        overwrite,
        some_jobs(jobs),
        a_cluster(cluster, work_dir, shard, seal=seal),
    )
    return export_layout(request, listener(progress))
