"""``bundle``: everything of an export or a store that may be shared, without a picture."""

import io
import json
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from fercurate import __version__
from fercurate.domain.sample_table import TRUE_CLASS, SampleTable
from fercurate.domain.votes import VOTE_COLUMNS
from fercurate.errors import ConflictError, ExportError, InputError
from fercurate.export.data_file import DataFile
from fercurate.export.exported_files import hdf5_outputs, is_export
from fercurate.export.lock import LOCK_FILE
from fercurate.export.samples_file import SAMPLES, read_samples, write_samples_to
from fercurate.files.atomic import whole_file
from fercurate.files.csv_text import write_csv
from fercurate.files.digest import sha256_of
from fercurate.files.regular import is_regular, read_regular, real_path
from fercurate.pipeline.bundle.fingerprint import BITS, TOLERANCE, fingerprints, to_hex
from fercurate.pipeline.bundle.layout import (
    ABOUT,
    FINGERPRINTS,
    MEMBERS,
    ROW_COLUMNS,
    ROWS,
    SCHEMA,
    SCORES,
    TARGETS,
    VOTES,
    schema,
    version_of,
)
from fercurate.pipeline.diff.sides import stored_samples
from fercurate.pipeline.events import Listener, ignore
from fercurate.pipeline.measure.duplicates import searched_pictures, stored_pictures
from fercurate.pipeline.measure.known import known_scores
from fercurate.report.overview.base import HasOverview, Overview, OverviewTable
from fercurate.store.store import Store
from fercurate.training.shared import errors as kit
from fercurate.training.shared.lock import read_outputs

SCHEMA_VERSION = 1
_MOST_BYTES = 1 << 30
_EPOCH = (1980, 1, 1, 0, 0, 0)
"""The time of every member: equal contents give equal bundles."""

Member = tuple[str, bytes]


@dataclass(frozen=True, slots=True)
class BundleRequest:
    """What to bundle into which file.

    ``store`` is the one an export was built from: with it, fingerprints and votes go along.
    """

    path: Path
    output: Path
    store: Path | None = None
    overwrite: bool = False
    jobs: int = 0


@dataclass(frozen=True, repr=False)
class BundleReport(HasOverview):
    """What a bundle holds: samples, rows, and the members by name with their bytes."""

    output: Path
    of: str
    samples: int
    rows: int
    fingerprints: int
    members: dict[str, int] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """JSON-ready values with stable keys."""
        return {
            "schema_version": SCHEMA_VERSION,
            "kind": "bundle",
            "output": str(self.output),
            "of": self.of,
            "samples": self.samples,
            "rows": self.rows,
            "fingerprints": self.fingerprints,
            "members": self.members,
        }

    def overview(self) -> Overview:
        """The members."""
        table = OverviewTable("members", ("name", "bytes"), tuple(self.members.items()))
        return Overview(f"bundle {self.output.name} of {self.samples:,} samples", (table,))


def bundle(request: BundleRequest, listen: Listener = ignore) -> BundleReport:
    """Write a bundle, whole or not at all.

    Raises:
        ConflictError: the file is there, and not to be replaced.
        InputError: neither an export nor a store.
        ExportError: the export has changed since it was built, or an earlier version built it.
        StoreError: the store is missing or damaged.
    """
    _check_output(request)
    if not request.path.exists():
        raise InputError("no such export or store", where=str(request.path))
    if is_export(request.path):
        of, samples, members = "export", *_export_members(request, listen)
    else:
        of, samples, members = "store", *_store_members(request, listen)
    counts = {name: content.count(b"\n") - 1 for name, content in members if name.endswith(".csv")}
    about = {
        "bundle_version": version_of(samples),
        "kind": "fercurate-bundle",
        "of": of,
        "tool": f"fercurate {__version__}",
        "samples": len(samples),
        "fingerprint": {"bits": BITS, "tolerance": TOLERANCE},
    }
    everything = [(ABOUT, _json(about)), (SCHEMA, _json(schema(samples.names))), *members]
    with whole_file(real_path(request.output)) as staged:
        _write(staged, everything)
    return BundleReport(
        request.output,
        of,
        len(samples),
        counts.get(ROWS, 0),
        counts.get(FINGERPRINTS, 0),
        {name: len(content) for name, content in everything},
    )


def _check_output(request: BundleRequest) -> None:
    place = real_path(request.output)
    if not place.parent.is_dir():
        raise ConflictError("no such folder", where=str(request.output.parent), fix="Make it first")
    if place.parent.name.endswith(".parts"):
        raise ConflictError("a store keeps its parts there", where=str(place.parent))
    if place.exists() and not (request.overwrite and zipfile.is_zipfile(place)):
        fix = "Pass --overwrite to replace it, or choose another --output"
        raise ConflictError("a file is there already", where=str(request.output), fix=fix)


def _write(path: Path, members: Iterable[Member]) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as out:
        for name, content in members:
            info = zipfile.ZipInfo(name, _EPOCH)
            info.compress_type, info.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
            out.writestr(info, content)


def _export_members(request: BundleRequest, listen: Listener) -> tuple[SampleTable, list[Member]]:
    """Papers, samples and rows of an export; every file is compared with the lock first."""
    root = request.path
    if not is_regular(root / SAMPLES):
        raise ExportError(
            f"no {SAMPLES}: an earlier version built it", where=str(root), fix="Build it again"
        )
    try:
        outputs = read_outputs(root / LOCK_FILE)
    except kit.ExportError as error:
        raise ExportError(str(error)) from None
    for name, digest in outputs.items():
        if not is_regular(root / name) or sha256_of(root / name) != digest:
            raise ExportError("changed since it was built", where=str(root / name))
    names = [LOCK_FILE, *(name for name in sorted(outputs) if name in MEMBERS)]
    members = [(name, read_regular(root / name, _MOST_BYTES)) for name in names]
    samples = read_samples(root / SAMPLES)
    noisy = TRUE_CLASS in samples.columns
    members += _row_members(root, hdf5_outputs(root, outputs), noisy=noisy)
    if request.store is not None:
        with Store.open(request.store) as store:
            members += _picture_members(store, samples, request.jobs, listen)
    return samples, members


def _store_members(request: BundleRequest, listen: Listener) -> tuple[SampleTable, list[Member]]:
    """What a store says of its samples."""
    with Store.open(request.path) as store:
        samples = stored_samples(store.manifest)
        out = io.StringIO()
        write_samples_to(samples, out)
        members = [(SAMPLES, out.getvalue().encode("utf-8", "surrogateescape"))]
        members += _picture_members(store, samples, request.jobs, listen)
        members += _score_members(store)
    return samples, members


def _row_members(root: Path, files: Sequence[str], *, noisy: bool) -> Iterator[Member]:
    """The rows of all data files by name, and the targets of samples if labels are soft.

    ``noisy`` says whether the samples have the classes from before label noise.
    """
    lines: list[Sequence[str]] = []
    targets: dict[str, Sequence[str]] = {}
    classes: tuple[str, ...] = ()
    for name in files:
        with DataFile(root / name) as file:
            for split in file.attributes.splits:
                rows, classes = file.rows(split), file.attributes.classes
                if file.has(split, "true_label") and not noisy:
                    raise ExportError(
                        f"no {TRUE_CLASS}, though labels were changed on purpose: an earlier "
                        "version built it",
                        where=str(root / SAMPLES),
                        fix="Build it again",
                    )
                text = rows.text
                mix = np.zeros(len(rows)) if rows.mix is None else rows.mix
                columns = (text[column] for column in ("sample_id", "op", "parent_a", "parent_b"))
                lines += [
                    (name, split, *values, float(m).hex() if m else "")
                    for *values, m in zip(*columns, mix.tolist(), strict=True)
                ]
                soft = file.targets(split)
                if soft is not None:
                    originals = np.flatnonzero(~rows.derived)
                    for row in originals.tolist():
                        shares = [repr(float(share)) for share in soft[row]]
                        targets[str(text["sample_id"][row])] = shares
    yield ROWS, _csv(ROW_COLUMNS, lines)
    if targets:
        yield TARGETS, _csv(("sample_id", *classes), [(k, *v) for k, v in targets.items()])


def _picture_members(
    store: Store, samples: SampleTable, jobs: int, listen: Listener
) -> Iterator[Member]:
    """Fingerprints of pictures and votes on them, of the samples that the store still has."""
    manifest = store.manifest
    rows = np.flatnonzero(manifest.is_one_of("id", samples["sample_id"].tolist()))
    ids, digests = manifest.take(rows).text("id"), manifest.text("digest")
    for name, digest in zip(ids, digests[rows], strict=True):
        if samples["digest"][samples.positions[name]] != digest:
            raise InputError(
                f"{name} has another picture than when the export was built",
                where=str(store.path),
                fix="Name the store that it was built from",
            )
    searched = searched_pictures(stored_pictures(store), digests, rows, jobs, listen)
    marks = to_hex(fingerprints(searched.small[rows]))
    yield FINGERPRINTS, _csv(("sample_id", "fingerprint"), zip(ids, marks, strict=True))
    voted = rows[store.votes[rows].any(axis=1)]
    if len(voted):
        named = zip(manifest.take(voted).text("id"), store.votes[voted].tolist(), strict=True)
        yield VOTES, _csv(("sample_id", *VOTE_COLUMNS), [(one, *votes) for one, votes in named])


def _score_members(store: Store) -> Iterator[Member]:
    scores = known_scores(store)
    if scores:
        ids = store.manifest.text("id")
        columns = [[f"{x:.6g}" if np.isfinite(x) else "" for x in one] for one in scores.values()]
        yield SCORES, _csv(("sample_id", *scores), zip(ids, *columns, strict=True))


def _csv(header: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    out = io.StringIO()
    write_csv(out, header, rows)
    return out.getvalue().encode("utf-8", "surrogateescape")


def _json(value: object) -> bytes:
    return (json.dumps(value, indent=2, ensure_ascii=False) + "\n").encode()
