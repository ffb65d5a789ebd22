"""Ingest: from paths to stored samples, votes and rejects."""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fercurate import __version__
from fercurate.domain.lineage import InputFile, LineageEntry
from fercurate.domain.manifest import Manifest
from fercurate.domain.sample import EncodedImage, Reject, Sample
from fercurate.errors import FercurateError, InputError, StaleResumeError, StrictError
from fercurate.pipeline.events import Advanced, Finished, Listener, Notice, Started, ignore
from fercurate.pipeline.ingest.provenance import fingerprint, hash_files, input_files, printable
from fercurate.sources.base import AnySource, Recognition, Record, RecordCounts
from fercurate.sources.ferplus.source import FerPlus
from fercurate.sources.options import SourceOptions
from fercurate.sources.registry import SOURCES, find_source, recognize
from fercurate.store.change import Change
from fercurate.store.store import Store
from fercurate.store.writer import StoreWriter, open_writer

_SHOWN_REJECTS = 10
_STEP = 512


@dataclass(frozen=True, slots=True)
class IngestRequest:
    """What to ingest into which store.

    ``source`` forces how the paths are read, and ``name`` replaces the source's own name as the
    prefix of ids. ``options`` are values of the sources' options by field (``peak``,
    ``label_map``, ...); each source takes those that it knows. ``jobs`` workers decode (0: one a
    core).
    """

    paths: tuple[Path, ...]
    store: Path
    source: str = ""
    name: str = ""
    options: Mapping[str, Any] = field(default_factory=dict)
    jobs: int = 0
    strict: bool = False
    dry_run: bool = False

    def options_of(self, reader: AnySource | FerPlus) -> SourceOptions:
        """The options that a source takes of this request."""
        return reader.options.take_from({**self.options, "name": self.name, "jobs": self.jobs})


@dataclass
class IngestReport:
    """What one recognized path gave; ``examples`` are its first rejects."""

    path: str
    recognition: Recognition
    change: Change = field(default_factory=Change)
    records: int = 0
    variant: str = ""
    committed: bool = False
    dry_run: bool = False
    examples: list[Reject] = field(default_factory=list)


def ingest(request: IngestRequest, listen: Listener = ignore) -> list[IngestReport]:
    """Ingest all paths, one committed change for each corpus recognized in them.

    Raises:
        InputError: a path is missing, not recognized, or gives no sample at all.
        StoreError: the store is busy, damaged or of a newer format.
        StrictError: rows were rejected under ``strict``; that corpus is not stored.
    """
    recognized = [(p, r) for p in request.paths for r in recognize(p, request.source)]
    recognized.sort(key=lambda pair: isinstance(find_source(pair[1].source), FerPlus))
    reports = []
    for path, recognition in recognized:
        shown = _shown_path(path, recognition)
        report = IngestReport(shown, recognition, dry_run=request.dry_run)
        reports.append(report)
        what = f"{recognition.source} ({recognition.layout}): {recognition.why}"
        listen(Notice(f"{report.path}: {what}"))
        if not request.dry_run:
            _ingest_one(request, report, listen)
    return reports


def _shown_path(path: Path, recognition: Recognition) -> str:
    """The path that names one recognized corpus: its file, or its own folder."""
    files = recognition.files
    single = len(files) == 1 and files[0].is_file()
    return str(files[0] if single else recognition.root if recognition.root != path else path)


def _ingest_one(request: IngestRequest, report: IngestReport, listen: Listener) -> None:
    try:
        _attempt(request, report, listen)
    except StaleResumeError:
        listen(Notice("the input changed since it was interrupted: reading it from the start"))
        report.examples.clear()
        _attempt(request, report, listen)


def _attempt(request: IngestRequest, report: IngestReport, listen: Listener) -> None:
    reader = find_source(report.recognition.source)
    session = _session(report.recognition, request.options_of(reader))
    with open_writer(request.store, session) as writer:
        try:
            if isinstance(reader, FerPlus):
                entry = _join_votes(reader, request, report, writer)
            else:
                entry = _read_source(reader, request, report, writer, listen)
            report.change = writer.change
            _warn_of_the_same(writer.lineage, entry, listen)
            _refuse_rejects(request, report)
            report.committed = writer.commit(entry)
        except FercurateError:
            writer.discard()
            raise


def _warn_of_the_same(
    lineage: Sequence[LineageEntry], entry: LineageEntry, listen: Listener
) -> None:
    """Say so if the very same files are stored under another name."""
    mine = {file.sha256 for file in entry.inputs}
    names = {e.source for e in lineage if mine & {file.sha256 for file in e.inputs}}
    for name in sorted(names - {entry.source}):
        text = f"the same files are already stored as {name}: every picture is now there twice"
        listen(Notice(text, warning=True))


def _session(recognition: Recognition, options: SourceOptions) -> str:
    """Name of this change: an interrupted one is resumed only by the very same request."""
    named = [recognition.source, recognition.layout, str(recognition.root.resolve())]
    text = json.dumps([*named, fingerprint(recognition), repr(options)])
    return hashlib.sha256(text.encode(errors="replace")).hexdigest()


def _read_source(
    source: AnySource,
    request: IngestRequest,
    report: IngestReport,
    writer: StoreWriter,
    listen: Listener,
) -> LineageEntry:
    name = request.name or source.name
    totals = RecordCounts()
    with ThreadPoolExecutor(1) as pool:
        hashes = pool.submit(hash_files, report.recognition.files)
        listen(Started(f"reading {Path(report.path).name}", None, "rows"))
        contents = hashlib.sha256()
        for record in source.read(report.recognition, request.options_of(source)):
            totals.add(record)
            _store_record(record, name, report, writer)
            if isinstance(record, Sample) and isinstance(record.image, EncodedImage):
                named = f"{record.origin}\0{record.native_label}\0"
                contents.update(named.encode("utf-8", "surrogateescape"))
                contents.update(record.image.content)
            if totals.records % _STEP == 0:
                listen(Advanced(_STEP))
        listen(Finished())
        inputs, md5 = input_files(hashes, report.recognition, contents.hexdigest())
    report.records = totals.records
    report.variant = source.variant(report.recognition, totals, md5)
    _refuse_nothing(report, writer.change)
    return _entry(request, report, name, inputs, writer.change)


def _store_record(record: Record, name: str, report: IngestReport, writer: StoreWriter) -> None:
    if isinstance(record, Sample):
        writer.append(record)
        return
    writer.reject(name, record)
    if len(report.examples) < _SHOWN_REJECTS:
        report.examples.append(record)


def _join_votes(
    overlay: FerPlus, request: IngestRequest, report: IngestReport, writer: StoreWriter
) -> LineageEntry:
    target = request.name or "fer2013"
    samples, records, positions = _csv_samples(request.store, target)
    if not len(samples):
        raise InputError(
            f"no rows of a {target} CSV are stored to join votes to",
            where=report.path,
            fix="Ingest fer2013.csv first (image folders have lost the row order)",
        )
    joined = overlay.join(report.recognition, samples, records)
    for reject in joined.rejects:
        _store_record(reject, overlay.name, report, writer)
    writer.change.unchanged = len(joined.rows)
    if writer.set_votes(positions[joined.rows], joined.votes):
        writer.change.added, writer.change.unchanged = len(joined.rows), 0
    report.records = len(joined.rows) + len(joined.rejects)
    report.variant = joined.describe()
    inputs = tuple(entry for entry, _ in hash_files(report.recognition.files))
    return _entry(request, report, overlay.name, inputs, writer.change)


def _csv_samples(path: Path, source: str) -> tuple[Manifest, int, NDArray[np.int64]]:
    """The stored CSV rows of a source, how many rows its CSV had, and their store positions."""
    if not path.exists():
        return Manifest.empty(), 0, np.empty(0, np.int64)
    with Store.open(path) as store:
        manifest = store.manifest
        mask = (manifest.text("source") == source) & (manifest.numbers("row") >= 0)
        entries = [e for e in store.lineage if e.source == source and e.layout == "csv"]
    positions = np.flatnonzero(mask).astype(np.int64)
    records = max((entry.records for entry in entries), default=0)
    return manifest.take(positions), records, positions


def _refuse_nothing(report: IngestReport, change: Change) -> None:
    if change.added or change.unchanged:
        return
    first = report.examples[0] if report.examples else None
    why = f"all {change.rejected} rows were rejected" if first else "there is no row to read"
    fix = f"The first: {first.where}: {first.message} ({first.code})" if first else ""
    raise InputError(why, where=report.path, fix=fix)


def _refuse_rejects(request: IngestRequest, report: IngestReport) -> None:
    if request.strict and report.change.rejected:
        first = report.examples[0] if report.examples else None
        raise StrictError(
            f"{report.change.rejected} rows were rejected and --strict is in force",
            where=report.path,
            fix=(f"The first: {first.where}: {first.message} ({first.code}). " if first else "")
            + "Nothing was stored",
        )


def _entry(
    request: IngestRequest,
    report: IngestReport,
    source: str,
    inputs: tuple[InputFile, ...],
    change: Change,
) -> LineageEntry:
    return LineageEntry(
        command=" ".join(_command(request, report)),
        source=source,
        layout=report.recognition.layout,
        variant=report.variant,
        version=__version__,
        time=datetime.now(UTC).isoformat(timespec="seconds"),
        records=report.records,
        added=change.added,
        unchanged=change.unchanged,
        rejected=change.rejected,
        inputs=inputs,
        options={"reader": report.recognition.source},
    )


def _command(request: IngestRequest, report: IngestReport) -> Iterator[str]:
    """The command that does the same again, without machine paths."""
    yield f"fercurate ingest {printable(Path(report.path).resolve().name)}"
    if request.source:
        yield f"--source {request.source}"
    if request.name:
        yield f"--name {request.name}"
    given = dict(pair for source in SOURCES for pair in request.options_of(source).changes())
    for flag, value in given.items():
        yield f"{flag} {value}"
