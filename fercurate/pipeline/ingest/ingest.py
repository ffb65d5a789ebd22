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
from fercurate.pipeline.ingest.report import CorpusReport, IngestReport
from fercurate.sources.base import AnySource, Recognition, Record, RecordCounts
from fercurate.sources.ferplus.source import FerPlus
from fercurate.sources.options import SourceOptions
from fercurate.sources.registry import SOURCES, find_source, is_overlay, recognize
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
class _CorpusTally:
    """What one recognized path has given so far; ``examples`` are its first rejects."""

    path: str
    recognition: Recognition
    change: Change = field(default_factory=Change)
    records: int = 0
    variant: str = ""
    committed: bool = False
    examples: list[Reject] = field(default_factory=list)

    def report(self, name: str) -> CorpusReport:
        """What it gave, as a value; ``name`` is the one that was asked for. Votes keep theirs."""
        recognition, change = self.recognition, self.change
        own = not name or is_overlay(recognition.source)
        return CorpusReport(
            path=self.path,
            source=recognition.source,
            name=recognition.source if own else name,
            layout=recognition.layout,
            why=recognition.why,
            variant=self.variant,
            records=self.records,
            added=change.added,
            unchanged=change.unchanged,
            rejects=dict(change.rejects),
            examples=tuple(self.examples),
            changed=self.committed,
        )


def ingest(request: IngestRequest, listen: Listener = ignore) -> IngestReport:
    """Ingest all paths, one committed change for each corpus recognized in them.

    Raises:
        InputError: a path is missing, not recognized, or gives no sample at all.
        StoreError: the store is busy, damaged or of a newer format.
        StrictError: rows were rejected under ``strict``; that corpus is not stored.
    """
    recognized = [(p, r) for p in request.paths for r in recognize(p, request.source)]
    recognized.sort(key=lambda pair: is_overlay(pair[1].source))
    corpora = []
    for path, recognition in recognized:
        tally = _CorpusTally(_shown_path(path, recognition), recognition)
        what = f"{recognition.source} ({recognition.layout}): {recognition.why}"
        listen(Notice(f"{tally.path}: {what}"))
        if not request.dry_run:
            _ingest_one(request, tally, listen)
        corpora.append(tally.report(request.name))
    return IngestReport(request.store, tuple(corpora), request.dry_run)


def _shown_path(path: Path, recognition: Recognition) -> str:
    """The path that names one recognized corpus: its file, or its own folder."""
    files = recognition.files
    single = len(files) == 1 and files[0].is_file()
    return str(files[0] if single else recognition.root if recognition.root != path else path)


def _ingest_one(request: IngestRequest, tally: _CorpusTally, listen: Listener) -> None:
    try:
        _attempt(request, tally, listen)
    except StaleResumeError:
        listen(Notice("the input changed since it was interrupted: reading it from the start"))
        tally.examples.clear()
        _attempt(request, tally, listen)


def _attempt(request: IngestRequest, tally: _CorpusTally, listen: Listener) -> None:
    reader = find_source(tally.recognition.source)
    session = _session(tally.recognition, request.options_of(reader))
    with open_writer(request.store, session) as writer:
        try:
            if isinstance(reader, FerPlus):
                entry = _join_votes(reader, request, tally, writer)
            else:
                entry = _read_source(reader, request, tally, writer, listen)
            tally.change = writer.change
            _warn_of_the_same(writer.lineage, entry, listen)
            _refuse_rejects(request, tally)
            tally.committed = writer.commit(entry)
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
    tally: _CorpusTally,
    writer: StoreWriter,
    listen: Listener,
) -> LineageEntry:
    name = request.name or source.name
    totals = RecordCounts()
    with ThreadPoolExecutor(1) as pool:
        hashes = pool.submit(hash_files, tally.recognition.files)
        listen(Started(f"reading {Path(tally.path).name}", None, "rows"))
        contents = hashlib.sha256()
        for record in source.read(tally.recognition, request.options_of(source)):
            totals.add(record)
            _store_record(record, name, tally, writer)
            if isinstance(record, Sample) and isinstance(record.image, EncodedImage):
                named = f"{record.origin}\0{record.native_label}\0"
                contents.update(named.encode("utf-8", "surrogateescape"))
                contents.update(record.image.content)
            if totals.records % _STEP == 0:
                listen(Advanced(_STEP))
        listen(Finished())
        inputs, md5 = input_files(hashes, tally.recognition, contents.hexdigest())
    tally.records = totals.records
    tally.variant = source.variant(tally.recognition, totals, md5)
    _refuse_nothing(tally, writer.change)
    return _entry(request, tally, name, inputs, writer.change)


def _store_record(record: Record, name: str, tally: _CorpusTally, writer: StoreWriter) -> None:
    if isinstance(record, Sample):
        writer.append(record)
        return
    writer.reject(name, record)
    if len(tally.examples) < _SHOWN_REJECTS:
        tally.examples.append(record)


def _join_votes(
    overlay: FerPlus, request: IngestRequest, tally: _CorpusTally, writer: StoreWriter
) -> LineageEntry:
    target = request.name or "fer2013"
    samples, records, positions = _csv_samples(request.store, target)
    if not len(samples):
        raise InputError(
            f"no rows of a {target} CSV are stored to join votes to",
            where=tally.path,
            fix="Ingest fer2013.csv first (image folders have lost the row order)",
        )
    joined = overlay.join(tally.recognition, samples, records)
    for reject in joined.rejects:
        _store_record(reject, overlay.name, tally, writer)
    writer.change.unchanged = len(joined.rows)
    if writer.set_votes(positions[joined.rows], joined.votes):
        writer.change.added, writer.change.unchanged = len(joined.rows), 0
    tally.records = len(joined.rows) + len(joined.rejects)
    tally.variant = joined.describe()
    inputs = tuple(entry for entry, _ in hash_files(tally.recognition.files))
    return _entry(request, tally, overlay.name, inputs, writer.change)


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


def _refuse_nothing(tally: _CorpusTally, change: Change) -> None:
    if change.added or change.unchanged:
        return
    first = tally.examples[0] if tally.examples else None
    why = f"all {change.rejected} rows were rejected" if first else "there is no row to read"
    fix = f"The first: {first.where}: {first.message} ({first.code})" if first else ""
    raise InputError(why, where=tally.path, fix=fix)


def _refuse_rejects(request: IngestRequest, tally: _CorpusTally) -> None:
    if request.strict and tally.change.rejected:
        first = tally.examples[0] if tally.examples else None
        raise StrictError(
            f"{tally.change.rejected} rows were rejected and --strict is in force",
            where=tally.path,
            fix=(f"The first: {first.where}: {first.message} ({first.code}). " if first else "")
            + "Nothing was stored",
        )


def _entry(
    request: IngestRequest,
    tally: _CorpusTally,
    source: str,
    inputs: tuple[InputFile, ...],
    change: Change,
) -> LineageEntry:
    return LineageEntry(
        command=" ".join(_command(request, tally)),
        source=source,
        layout=tally.recognition.layout,
        variant=tally.variant,
        version=__version__,
        time=datetime.now(UTC).isoformat(timespec="seconds"),
        records=tally.records,
        added=change.added,
        unchanged=change.unchanged,
        rejected=change.rejected,
        inputs=inputs,
        options={"reader": tally.recognition.source},
    )


def _command(request: IngestRequest, tally: _CorpusTally) -> Iterator[str]:
    """The command that does the same again, without machine paths."""
    yield f"fercurate ingest {printable(Path(tally.path).resolve().name)}"
    if request.source:
        yield f"--source {request.source}"
    if request.name:
        yield f"--name {request.name}"
    given = dict(pair for source in SOURCES for pair in request.options_of(source).changes())
    for flag, value in given.items():
        yield f"{flag} {value}"
