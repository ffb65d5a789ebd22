"""Ingest: from paths to stored samples, votes and rejects."""

from collections import deque
from dataclasses import replace
from pathlib import Path

from fercurate.errors import FercurateError, UsageError
from fercurate.pipeline.engine.choice import engine_of
from fercurate.pipeline.events import Listener, Notice, ignore
from fercurate.pipeline.ingest.corpus import CorpusIngest
from fercurate.pipeline.ingest.records import input_prefixes
from fercurate.pipeline.ingest.report import CorpusReport, IngestReport
from fercurate.pipeline.ingest.request import IngestRequest, refuse_untaken
from fercurate.pipeline.ingest.units import UnitDecoder
from fercurate.sources.archive.listing import is_member_archive
from fercurate.sources.base import Recognition
from fercurate.sources.ferplus.source import FerPlus
from fercurate.sources.reading.class_tree import own_name, root_split
from fercurate.sources.registry import OWN_SOURCES, find_source, is_overlay, recognize

Recognized = list[tuple[Path, Recognition]]


def ingest(request: IngestRequest, listen: Listener = ignore) -> IngestReport:
    """Ingest all paths, one committed change for each corpus recognized in them.

    A corpus that fails does not keep the others from being stored; the error names the first that
    did, and carries the report of all the others as its ``partial``.

    Raises:
        InputError: a path is missing, not recognized, or gives no sample at all.
        UsageError: an option that nothing in the paths takes, or that nothing used.
        StoreError: the store is busy, damaged or of a newer format.
        StrictError: rows were rejected under ``strict``; that corpus is not stored.
        EngineError: a cluster does not answer, or cannot decode some files.
        PartDone: only a part of the decoding was asked for, and is sealed.
    """
    with engine_of(request.cluster, request.store, listen, request.jobs) as engine:
        if engine is None or request.dry_run:
            return _ingest(request, listen)
        asked = replace(request, decoder=UnitDecoder(engine))
        if engine.is_part:
            _do_part(asked)
            engine.end_part()
        report = _ingest(asked, listen)
        engine.forget()
        return report


def _do_part(request: IngestRequest) -> None:
    """Decode a part of the picture files of all paths, and store nothing.

    Raises:
        UsageError: there are none.
    """
    recognized = _recognized(request)
    readers = [(find_source(one.source), one) for _, one in recognized if not one.complete]
    trees = [(reader, one) for reader, one in readers if not isinstance(reader, FerPlus)]
    if not trees:
        named = ", ".join(dict.fromkeys(one.source for _, one in recognized))
        raise UsageError(
            f"{named}: no picture files, and nothing else is read in parts",
            where="--shard",
            fix="Leave out --shard and --seal",
        )
    for reader, recognition in trees:
        deque(reader.read(recognition, request.options_of(reader)), maxlen=0)


def _recognized(request: IngestRequest) -> Recognized:
    """The corpora in all paths, votes last.

    Raises:
        InputError, UsageError: as ``ingest`` has it.
    """
    recognized = [(p, r) for p in request.paths for r in recognize(p, request.source)]
    recognized.sort(key=lambda pair: is_overlay(pair[1].source))
    refuse_untaken(request, tuple(recognition for _, recognition in recognized))
    return recognized


def _ingest(request: IngestRequest, listen: Listener) -> IngestReport:
    recognized = _recognized(request)
    prefixes = _prefixes(recognized)
    reports: list[CorpusReport] = []
    failures: list[FercurateError] = []
    for place, (_, recognition) in enumerate(recognized):
        corpus = _corpus(request, recognized, place)
        corpus.prefix = prefixes[place]
        what = f"{recognition.source} ({recognition.layout}): {recognition.why}"
        listen(Notice(f"{corpus.where}: {what}"))
        if request.decoder is not None and recognition.complete:
            listen(Notice(f"{corpus.where}: read by this process, for it holds no picture files"))
        try:
            if not request.dry_run:
                corpus.store(listen)
            elif request.update:
                corpus.compare(listen)
        except FercurateError as error:
            failures.append(error)
            continue
        reports.append(corpus.report())
    report = IngestReport(request.store, tuple(reports), request.dry_run)
    if failures:
        failures[0].partial = report if reports else None
        for further in failures[1:]:
            listen(Notice(further.message, warning=True))
        raise failures[0]
    return report


def _corpus(request: IngestRequest, recognized: Recognized, place: int) -> CorpusIngest:
    """One corpus with what it must know of the others in the same path."""
    path, own = recognized[place]
    same = [other for given, other in recognized if given == path and other is not own]
    others = tuple(other.root for other in same if other.root not in (own.root, path))
    sources = [other for given, other in recognized if given == path]
    return CorpusIngest(
        request, path, own, beside=_beside(recognized, own), others=others, first=sources[0] is own
    )


def _beside(recognized: Recognized, own: Recognition) -> dict[Path, str]:
    """The files that other readers take, with the name of the reader."""
    return {
        file: other.source
        for _, other in recognized
        if other is not own
        for file in other.files
        if file not in own.files
    }


def _prefixes(recognized: Recognized) -> list[str]:
    """What the ids of each corpus begin with: only trees of own pictures need it."""
    prefixes = [""] * len(recognized)
    for source in OWN_SOURCES:
        trees = {
            place: tree
            for place, (_, recognition) in enumerate(recognized)
            if recognition.source == source and (tree := _tree(recognition)) is not None
        }
        for place, prefix in zip(trees, input_prefixes(tuple(trees.values())), strict=True):
            prefixes[place] = prefix or _own_prefix(trees[place])
    return prefixes


def _tree(recognition: Recognition) -> Path | None:
    """The folder of a corpus, or its archive without suffix; None for tables."""
    if not recognition.complete:
        return recognition.root
    file = recognition.files[0]
    return file.with_name(file.name.split(".")[0]) if is_member_archive(file) else None


def _own_prefix(root: Path) -> str:
    """A split folder that is ingested alone gives the ids that the whole tree would give."""
    return f"{own_name(root)}/" if root.is_dir() and root_split(root) else ""
