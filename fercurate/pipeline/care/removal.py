"""``remove``: samples taken out of a store for good, and their pictures kept from coming back."""

import csv
import hashlib
import io
import shlex
from collections import Counter
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fercurate.domain.text import did_you_mean
from fercurate.errors import InputError, StoreBusyError, UsageError
from fercurate.files.regular import open_regular_text
from fercurate.pipeline.care.entry import care_entry
from fercurate.pipeline.events import Listener, ignore, warn_by
from fercurate.report.overview.base import HasOverview, Overview, OverviewTable
from fercurate.store.heads.head import refuse_interrupted
from fercurate.store.store import Store
from fercurate.store.writer import open_writer

SCHEMA_VERSION = 1
_NAMED = 3
_HEADERS = ("sample_id", "id")
"""What the first column of a table of samples is called."""


@dataclass(frozen=True, slots=True)
class RemoveRequest:
    """What to remove from which store: a whole source, or samples by their ids.

    ``may_return`` leaves no tombstones, so that the same pictures may be ingested again.
    """

    store: Path
    source: str = ""
    ids: tuple[str, ...] = ()
    may_return: bool = False
    dry_run: bool = False

    @property
    def command(self) -> str:
        """The command that does the same again, without ids, which are not to be kept."""
        what = f"--source {shlex.quote(self.source)}" if self.source else "--ids FILE"
        options = f"{what}{' --may-return' if self.may_return else ''}"
        return f"fercurate remove {self.store.name} {options}"


@dataclass(frozen=True, repr=False)
class RemoveReport(HasOverview):
    """What a removal took out, by source and class, and what stays all the same.

    ``identical`` samples that stay show a picture that was removed; ``identical_ids`` are the
    first of them. ``changed`` tells whether the store did.
    """

    store: Path
    removed: int
    left: int
    classes: dict[str, dict[str, int]]
    tombstones: int
    identical: int
    identical_ids: tuple[str, ...]
    changed: bool

    def to_json(self) -> dict[str, Any]:
        """JSON-ready values with stable keys."""
        return {
            "schema_version": SCHEMA_VERSION,
            "kind": "removal",
            "store": str(self.store),
            "removed": self.removed,
            "left": self.left,
            "classes": self.classes,
            "tombstones": self.tombstones,
            "identical": self.identical,
            "identical_ids": list(self.identical_ids),
            "changed": self.changed,
        }

    def overview(self) -> Overview:
        """What was removed."""
        rows = tuple((s, c, n) for s, counts in self.classes.items() for c, n in counts.items())
        headline = f"store {self.store.name}: {self.removed:,} samples removed, {self.left:,} left"
        return Overview(headline, (OverviewTable("", ("source", "class", "samples"), rows),))


def remove(request: RemoveRequest, listen: Listener = ignore) -> RemoveReport:
    """Hide samples in one committed change; ``compact`` then drops their bytes.

    Raises:
        InputError: the store has no such source or id; nothing is removed then.
        UsageError: neither a source nor ids are named, or both.
        StoreError: the store is missing, busy or damaged.
    """
    if bool(request.source) == bool(request.ids):
        raise UsageError("a source, or ids, and not both", where="remove")
    session = f"remove {_digest(request)}"
    with Store.open(request.store) as store:
        rows = _rows(store, request)
        report = _report(store, rows, request)
        gone = {str(one) for one in store.manifest.take(rows).text("digest")}
        if request.dry_run:
            return report
        refuse_interrupted(store.path, session)
        text = f"{report.removed:,} samples of {', '.join(report.classes)} removed"
        options = {"tombstones": str(report.tombstones)}
        entry = care_entry(request.command, "removal", text, report.removed, options)
        with open_writer(store.path, session, warn_by(listen)) as writer:
            if not writer.resumes:
                _refuse_changed(store)
                tombstones = () if request.may_return else sorted(gone)
                writer.remove(rows, tombstones, (request.source,) if request.source else ())
            writer.commit(entry)
    return report


def _refuse_changed(store: Store) -> None:
    """Rows were looked up before the store was locked: they must still be the same samples."""
    with Store.open(store.path) as now:
        if now.head.generation != store.head.generation:
            raise StoreBusyError(
                "another command has changed it meanwhile",
                where=str(store.path),
                fix="Nothing was removed; run it again",
            )


def _digest(request: RemoveRequest) -> str:
    text = repr((request.source, request.ids, request.may_return))
    return hashlib.sha256(text.encode(errors="replace")).hexdigest()


def _rows(store: Store, request: RemoveRequest) -> NDArray[np.int64]:
    if request.source:
        rows = np.flatnonzero(store.manifest.is_one_of("source", [request.source]))
        rejects = request.source in store.reject_counts()
        if not len(rows) and not rejects:
            known = sorted(set(store.manifest.text("source")))
            raise InputError(
                f"no source {request.source!r}{did_you_mean(request.source, known)}",
                where=str(store.path),
                expected=f"one of {', '.join(known) or 'none: the store is empty'}",
            )
        return rows.astype(np.int64)
    wanted = list(dict.fromkeys(request.ids))
    rows = np.flatnonzero(store.manifest.is_one_of("id", wanted)).astype(np.int64)
    unknown = set(wanted) - set(store.manifest.take(rows).text("id"))
    if unknown:
        listed = ", ".join(sorted(unknown)[:_NAMED])
        raise InputError(
            f"{len(unknown):,} of {len(wanted):,} ids are of no sample in the store ({listed})",
            where=str(store.path),
            fix="Nothing was removed; list ids with: fercurate trace --list --store STORE",
        )
    return rows


def _report(store: Store, rows: NDArray[np.int64], request: RemoveRequest) -> RemoveReport:
    manifest, stays = store.manifest, np.ones(len(store), dtype=bool)
    stays[rows] = False
    gone = set(manifest.take(rows).text("digest"))
    same = stays & np.array([one in gone for one in manifest.text("digest")], dtype=bool)
    classes: dict[str, dict[str, int]] = {}
    some = manifest.take(rows)
    pairs = Counter(zip(some.text("source"), some.text("expression"), strict=True))
    for (source, name), count in sorted(pairs.items()):
        classes.setdefault(source, {})[name or "(no label)"] = count
    if request.source:
        classes.setdefault(request.source, {})
    named = manifest.take(np.flatnonzero(same)[:_NAMED]).text("id")
    return RemoveReport(
        store=request.store,
        removed=len(rows),
        left=len(store) - len(rows),
        classes=classes,
        tombstones=0 if request.may_return else len(gone),
        identical=int(same.sum()),
        identical_ids=tuple(map(str, named)),
        changed=not request.dry_run,
    )


def read_ids(path: Path) -> tuple[str, ...]:
    """Read ids from a file: one a line, or the first column of a CSV with a heading.

    Raises:
        InputError: there is none, or the file cannot be read.
    """
    try:
        with open_regular_text(path, errors="surrogateescape", newline="") as lines:
            text = lines.read()
    except OSError as error:
        raise InputError(str(error.strerror or error), where=str(path)) from None
    heading = text.partition("\n")[0].partition(",")[0].strip('"\r')
    if heading in _HEADERS:
        table = csv.reader(io.StringIO(text, newline=""))
        ids = [row[0] for row in islice(table, 1, None) if row]
    else:
        ids = [line.strip(" \t\r") for line in text.split("\n")]
    found = tuple(one for one in ids if one)
    if not found:
        raise InputError("no ids", where=str(path), expected="one a line, fer2013:0000017")
    return found
