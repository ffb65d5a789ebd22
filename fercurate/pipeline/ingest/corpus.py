"""One recognized corpus: read, checked, and stored in one committed change."""

import hashlib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from fercurate import __version__
from fercurate.domain.lineage import FileAccount, InputFile, LineageEntry
from fercurate.domain.sample import EncodedImage, Reject, RejectCode, Sample
from fercurate.errors import FercurateError, StaleResumeError
from fercurate.files.regular import real_path
from fercurate.pipeline.events import Advanced, Finished, Listener, Notice, Started, warn_by
from fercurate.pipeline.ingest.account import (
    AccountScope,
    FileUse,
    account_for,
    account_of_files,
)
from fercurate.pipeline.ingest.checks import (
    differing_remark,
    has_other_ids,
    refuse_collisions,
    refuse_junk,
    refuse_nothing,
    refuse_rejects,
    refuse_unused,
    same_names,
)
from fercurate.pipeline.ingest.provenance import (
    hash_files,
    input_files,
    named_inputs,
    printable,
    session_name,
    stopped_at_the_end,
)
from fercurate.pipeline.ingest.records import (
    RecordFilter,
    RepeatedFolders,
    frames_remark,
    people_remark,
)
from fercurate.pipeline.ingest.report import CorpusReport
from fercurate.pipeline.ingest.request import IngestRequest
from fercurate.pipeline.ingest.stored_rows import join_votes
from fercurate.pipeline.ingest.told import ToldOfSamples
from fercurate.pipeline.ingest.update import (
    EarlierRows,
    StoreComparison,
    gone_remarks,
    refuse_vanished,
    update_line,
)
from fercurate.sources.base import AnySource, Recognition, Record, RecordCounts
from fercurate.sources.ferplus.source import FerPlus
from fercurate.sources.names.label_orders import refuse_order
from fercurate.sources.registry import ASSUMED_ORDERS, OWN_SOURCES, find_source, is_overlay
from fercurate.store.change import Change
from fercurate.store.writer import StoreWriter, open_writer

_SHOWN_REJECTS = 10
_STEP = 512


@dataclass
class CorpusIngest:
    """One recognized corpus on its way into the store; ``examples`` are its first rejects.

    ``path`` is the one that was given, ``prefix`` what its ids begin with. ``beside`` are the files
    in it that another reader takes, ``others`` the folders of other corpora in it; ``first`` tells
    whether this corpus accounts for what lies beside all of them.
    """

    request: IngestRequest
    path: Path
    recognition: Recognition
    prefix: str = ""
    beside: dict[Path, str] = field(default_factory=dict)
    others: tuple[Path, ...] = ()
    first: bool = True
    change: Change = field(default_factory=Change)
    records: int = 0
    variant: str = ""
    committed: bool = False
    examples: list[Reject] = field(default_factory=list)
    account: FileAccount = field(default_factory=FileAccount)
    remarks: list[str] = field(default_factory=list)
    removed: int = 0
    told: ToldOfSamples = field(default_factory=ToldOfSamples)

    @property
    def where(self) -> str:
        """The path that names the corpus: its file, or its own folder."""
        files, root = self.recognition.files, self.recognition.root
        single = len(files) == 1 and files[0].is_file()
        return str(files[0] if single else root if root != self.path else self.path)

    def report(self) -> CorpusReport:
        """What it gave, as a value; votes keep their own name whatever was asked for."""
        recognition, change, name = self.recognition, self.change, self.request.name
        own = not name or is_overlay(recognition.source)
        return CorpusReport(
            path=self.where,
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
            files=self.account,
            remarks=tuple(self.remarks),
            differing=change.collisions,
            replaced=change.replaced,
            removed=self.removed,
        )

    def store(self, listen: Listener) -> None:
        """Read the corpus and commit what it gives; an interrupted run of the same is resumed.

        Raises:
            InputError, UsageError, StrictError: it is refused, and nothing of it is stored.
        """
        try:
            self._attempt(listen)
        except StaleResumeError:
            listen(Notice("the input changed since it was interrupted: reading it from the start"))
            self.examples.clear()
            self.told = ToldOfSamples()
            self._attempt(listen)

    def _attempt(self, listen: Listener) -> None:
        reader = find_source(self.recognition.source)
        session, say = self.session(reader), warn_by(listen)
        earlier = self._earlier(reader)
        with open_writer(self.request.store, session, say, earlier.ids) as writer:
            try:
                if isinstance(reader, FerPlus):
                    entry = self._join_votes(reader, writer)
                else:
                    entry = self._read(reader, writer, listen)
                self.told.store(writer, self.request.name or reader.name, say)
                self.change = writer.change
                if self.request.update:
                    gone = earlier.gone(writer)
                    self._tell_update(gone, earlier, listen)
                    writer.remove_ids(gone)
                self._commit(writer, entry, listen)
            except FercurateError:
                writer.discard()
                raise

    def compare(self, listen: Listener) -> None:
        """Say what an update would do; the corpus is read, and nothing is changed."""
        reader = find_source(self.recognition.source)
        if isinstance(reader, FerPlus):
            return
        earlier = self._earlier(reader)
        comparison = StoreComparison(self.request.store, frozenset(earlier.ids))
        self._read(reader, comparison, listen)
        self.change = comparison.change
        self._tell_update(earlier.gone(comparison), earlier, listen)

    def _earlier(self, reader: AnySource | FerPlus) -> EarlierRows:
        """What earlier ingests of the same input stored, if it is to be updated."""
        if not self.request.update or isinstance(reader, FerPlus):
            return EarlierRows()
        inputs = named_inputs(self.recognition)
        named = self._entry(self.request.name or reader.name, inputs, Change())
        return EarlierRows.of(self.request.store, named)

    def _tell_update(self, gone: list[str], earlier: EarlierRows, listen: Listener) -> None:
        listen(Notice(f"{self.where}: {update_line(self.change, gone)}"))
        self.removed = len(gone)
        refuse_vanished(gone, earlier, self.where)

    def _commit(self, writer: StoreWriter, entry: LineageEntry, listen: Listener) -> None:
        conflict = next((r for r in self.examples if r.code is RejectCode.CONFLICT), None)
        refuse_collisions(self.change, writer.lineage, entry, conflict)
        refuse_nothing(self.change, self.examples, self.where)
        if self.request.strict:
            refuse_rejects(self.change, self.examples, self.where)
        if self.change.added and has_other_ids(writer.lineage, entry):
            self.change.unchanged += self.change.added
            self.change.added = 0
            writer.discard()
            self.remarks.append("the very same files are stored already, under other ids")
            return
        if not self.request.update:
            earlier = EarlierRows.of(self.request.store, entry)
            self.remarks += gone_remarks(earlier.gone(writer))
        for name in same_names(writer.lineage, entry):
            text = f"the same files are already stored as {name}: every picture is now there twice"
            listen(Notice(text, warning=True))
        self.committed = writer.commit(entry)
        if self.change.collisions:
            listen(Notice(differing_remark(self.where, self.change), warning=True))

    def session(self, reader: AnySource | FerPlus) -> str:
        """Name of this change: an interrupted one is resumed only by the very same request."""
        request, update = self.request, ["update"] if self.request.update else []
        asked = [repr(request.options_of(reader)), request.split, self.prefix, *update]
        return session_name(self.recognition, [*asked, request.least_side])

    def _read(
        self, source: AnySource, writer: StoreWriter | StoreComparison, listen: Listener
    ) -> LineageEntry:
        options = self.request.options_of(source)
        as_stored = RecordFilter(self.request, self.prefix)
        totals, use, repeated = RecordCounts(), FileUse(), RepeatedFolders()
        with ThreadPoolExecutor(1) as pool, stopped_at_the_end() as stop:
            hashes = pool.submit(hash_files, self.recognition.files, stop)
            listen(Started(f"reading {real_path(self.where).name}", None, "rows"))
            contents = hashlib.sha256()
            for given in source.read(self.recognition, options):
                record = as_stored(given)
                totals.add(record)
                use.add(self._store_record(record, source, writer) or record)
                if isinstance(record, Sample) and isinstance(record.image, EncodedImage):
                    named = f"{record.origin}\0{record.native_label}\0"
                    contents.update(named.encode("utf-8", "surrogateescape"))
                    contents.update(record.image.content)
                    if source.name in OWN_SOURCES:
                        repeated.add(record)
                if totals.records % _STEP == 0:
                    listen(Advanced(_STEP))
                    refuse_junk(writer.change, self.examples, self.where)
            listen(Finished())
            inputs, md5 = input_files(hashes, self.recognition, contents.hexdigest())
        self.records = totals.records
        self.variant = source.variant(self.recognition, totals, md5)
        self.account = self._account(source, use)
        self.variant += frames_remark(as_stored.several_frames)
        self.variant += self.told.remark(self.request.name or source.name)
        self.remarks = repeated.remarks()
        if source.name in OWN_SOURCES:
            self.variant += people_remark(totals)
        refuse_unused(self.request, totals, as_stored)
        if self.request.options.get("label_map") is None and source.name in ASSUMED_ORDERS:
            refuse_order(totals, self.where, source.name not in OWN_SOURCES)
        return self._entry(self.request.name or source.name, inputs, writer.change)

    def _store_record(
        self, record: Record, source: AnySource, writer: StoreWriter | StoreComparison
    ) -> Reject | None:
        """Store a sample or count a reject; returned is why it was not stored."""
        if isinstance(record, Reject):
            reject: Reject | None = record
            writer.reject(self.request.name or source.name, record)
        elif (reject := writer.append(record)) is None:
            self.told.add(record)
        if reject is not None and len(self.examples) < _SHOWN_REJECTS:
            self.examples.append(reject)
        return reject

    def _account(self, source: AnySource, use: FileUse) -> FileAccount:
        root, files = self.recognition.root, self.recognition.files
        if not self.path.is_dir():
            return account_of_files(files)

        def unread(file: str) -> str:
            reader = self.beside.get(root / file)
            return f"read as {reader}" if reader else source.unread(self.recognition, file)

        scope = AccountScope(self.path if self.first else root, root, self.others)
        return account_for(scope, files, use, unread)

    def _join_votes(self, overlay: FerPlus, writer: StoreWriter) -> LineageEntry:
        joined = join_votes(overlay, self.recognition, self.request, writer, self.where)
        self.examples.extend(joined.rejects[:_SHOWN_REJECTS])
        self.records = len(joined.rows) + len(joined.rejects)
        self.variant = joined.describe()
        self.account = account_of_files(self.recognition.files)
        inputs = tuple(entry for entry, _ in hash_files(self.recognition.files))
        return self._entry(overlay.name, inputs, writer.change)

    def _entry(self, source: str, inputs: tuple[InputFile, ...], change: Change) -> LineageEntry:
        options = {"reader": self.recognition.source}
        reader = find_source(self.recognition.source)
        return LineageEntry(
            command=self.request.command(printable(real_path(self.where).name), reader),
            source=source,
            layout=self.recognition.layout,
            variant=self.variant,
            version=__version__,
            time=datetime.now(UTC).isoformat(timespec="seconds"),
            records=self.records,
            added=change.added,
            unchanged=change.unchanged,
            rejected=change.rejected,
            inputs=inputs,
            options=options | ({"prefix": self.prefix} if self.prefix else {}),
            files=self.account,
        )
