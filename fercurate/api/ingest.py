"""``fercurate.ingest`` and ``fercurate.inspect``: corpora into a store, and what a path is."""

from collections.abc import Mapping
from typing import Any

from fercurate.api.arguments import (
    PathLike,
    Paths,
    a_choice,
    a_cluster,
    a_number,
    a_path,
    a_source_name,
    some_jobs,
    some_paths,
)
from fercurate.api.progress import Progress, listener
from fercurate.errors import UsageError
from fercurate.pipeline.defaults import DEFAULT_STORE, LEAST_SIDE
from fercurate.pipeline.ingest import ingest as pipeline
from fercurate.pipeline.ingest.report import IngestReport
from fercurate.pipeline.ingest.request import IngestRequest, parse_split
from fercurate.pipeline.inspect.inspect import PathReport, inspect_path
from fercurate.sources.options import SourceOption
from fercurate.sources.registry import offered_options, source_names

LabelMeaning = str | Mapping[Any, str]
"""What numeric labels mean: a label map's name, ``0=angry,1=happy``, or a mapping."""


def ingest(
    paths: Paths,
    *,
    store: PathLike = DEFAULT_STORE,
    source: str | None = None,
    name: str = "",
    label_map: LabelMeaning = "",
    subject: str = "",
    columns: str = "",
    split: str = "",
    least_side: int = LEAST_SIDE,
    image_size: int = 48,
    peak: int = 3,
    neutral: str = "first",
    per_class: int = 0,
    seed: int = 0,
    jobs: int = 0,
    update: bool = False,
    strict: bool = False,
    dry_run: bool = False,
    cluster: str = "",
    work_dir: PathLike | None = None,
    shard: str = "",
    seal: bool = False,
    progress: Progress | bool | None = None,
) -> IngestReport:
    """Read corpora into a store, as ``fercurate ingest`` does.

    Ingesting the same again changes nothing. Each corpus is stored whole or not at all.

    Args:
        paths: a corpus or several: files or folders; what each is gets recognized.
        store: the store's path; it is made if it is not there.
        source: read the paths as this source (``fercurate ingest --help`` lists them).
        name: store the samples under this source name.
        label_map: what labels mean: a name, ``"0=angry,1=happy"``, or a mapping.
        subject: who is in a picture: a pattern with a group for paths, the level of a folder, or
            the column of a list.
        columns: lists: what the columns are, in their order: ``"path,label,-"``.
        split: the native split of what tells none.
        least_side: picture files with a side of fewer pixels are rejects, 1..1024.
        image_size: side of the square pictures in a CSV, 8..1024 pixels.
        peak: CK+: how many frames at the end of a sequence carry its label, 1..20.
        neutral: CK+: ``"first"`` frame of a sequence, or ``"none"``.
        per_class: AffectNet: at most so many pictures of each class and split; 0 means all.
        seed: seed of ``per_class``.
        jobs: workers; 0 means one a core. The result is the same for any number.
        update: take over what changed in an input that was ingested before: changed samples are
            replaced, those that are gone removed; with ``dry_run`` it is only said.
        strict: store nothing of a corpus if any row is rejected.
        dry_run: say what would be read, and touch nothing.
        cluster: have picture files decoded on ``"local:4"``, ``"tcp://host:8786"`` and so on, as
            ``filter_store`` has it.
        work_dir: a folder that all machines of the cluster share; default beside the store.
        shard: in place of a cluster, decode part ``"3/16"`` of them, seal it, and end.
        seal: go on from what all parts have sealed.
        progress: True for bars, or a callable that takes events; warnings come in any case.

    Raises:
        UsageError: an argument is none of those named here.
        InputError: a path is missing, not recognized, or gives no sample at all.
        StoreError: the store is busy, damaged or of a newer format.
        StrictError: rows were rejected under ``strict``.
        EngineError: the cluster does not answer, or cannot do the work.
        PartDone: a part was asked for, and its units are sealed.
    """
    request = IngestRequest(
        some_paths(paths, "paths"),
        a_path(store, "store"),
        "" if source is None else a_choice(source, "source", source_names()),
        a_source_name(name),
        _source_options(
            label_map=label_map,
            subject=subject,
            columns=columns,
            image_size=image_size,
            peak=peak,
            neutral=neutral,
            per_class=per_class,
            seed=seed,
        ),
        some_jobs(jobs),
        strict,
        dry_run,
        parse_split(split),
        a_number(least_side, "least_side", 1, 1024),
        update,
        a_cluster(cluster, work_dir, shard, seal=seal),
    )
    return pipeline.ingest(request, listener(progress))


def inspect(path: PathLike, *, source: str | None = None) -> PathReport:
    """Show what lies in a path, and as what it would be read, as ``fercurate inspect`` does.

    Nothing is stored, and pictures are not opened.

    Args:
        path: a file or a folder.
        source: read the path as this source.

    Raises:
        UsageError: no such source.
        InputError: no such path.
    """
    asked = "" if source is None else a_choice(source, "source", source_names())
    return inspect_path(a_path(path, "path"), asked)


def _source_options(**given: object) -> dict[str, object]:
    """Values of the sources' options by field, within the bounds that the sources state."""
    offered = {option.name: option for option in offered_options()}
    return {name: _checked(offered[name], value) for name, value in given.items()}


def _checked(option: SourceOption, value: object) -> object:
    text = option.text
    if text.choices:
        return a_choice(value, option.name, text.choices)
    if text.low is not None:
        return a_number(value, option.name, text.low, text.high)
    if isinstance(value, Mapping):
        value = ",".join(f"{code}={name}" for code, name in value.items())
    if value and not isinstance(value, str):
        raise UsageError(f"{value!r}", where=option.name, expected="text or a mapping")
    return option.value(value or "")
