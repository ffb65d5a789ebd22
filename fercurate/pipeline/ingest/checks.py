"""What an ingest refuses once a corpus has been read and before anything of it is stored."""

import re
from collections.abc import Iterator, Sequence

from fercurate.domain.expression import parse_expression
from fercurate.domain.lineage import LineageEntry
from fercurate.domain.sample import Reject, RejectCode
from fercurate.domain.taxonomy import NO_EXPRESSION, LabelMap
from fercurate.errors import InputError, StrictError, UsageError
from fercurate.pipeline.ingest.records import RecordFilter
from fercurate.pipeline.ingest.request import IngestRequest
from fercurate.sources.base import RecordCounts
from fercurate.sources.names.split_words import native_split
from fercurate.store.change import Change

_MUCH_JUNK, _JUNK_SHARE = 100_000, 100
"""So many unreadable rows, and so many for each that can be read, make no corpus."""


def refuse_nothing(change: Change, examples: Sequence[Reject], where: str) -> None:
    """Refuse an input that gave no sample at all.

    Raises:
        InputError: saying why the first row was rejected.
    """
    if change.added or change.unchanged or change.replaced:
        return
    first = examples[0] if examples else None
    why = f"all {change.rejected} rows were rejected" if first else "there is no row to read"
    fix = f"The first: {first.where}: {first.message} ({first.code})" if first else ""
    raise InputError(why, where=where, fix=fix)


def refuse_junk(change: Change, examples: Sequence[Reject], where: str) -> None:
    """Refuse, while it is read, an input of which next to nothing can be read.

    Each reject is kept with its words: millions of them would be of no use, and fill the store.
    Files that are named but absent do not count: a corpus may have been fetched in part.

    Raises:
        InputError: saying why the first row was rejected.
    """
    junk = change.rejected - change.rejects.get(RejectCode.MISSING, 0)
    if junk < _MUCH_JUNK or junk < _JUNK_SHARE * (change.added + change.unchanged):
        return
    first = f"The first: {examples[0].where}: {examples[0].message}" if examples else ""
    text = f"{junk:,} of the first {junk + change.added + change.unchanged:,} rows cannot be read"
    raise InputError(f"{text}; look whether it is the right file", where=where, fix=first)


def refuse_rejects(change: Change, examples: Sequence[Reject], where: str) -> None:
    """Refuse any reject under ``--strict``.

    Raises:
        StrictError: naming the first.
    """
    if not change.rejected:
        return
    first = examples[0] if examples else None
    raise StrictError(
        f"{change.rejected} rows were rejected and --strict is in force",
        where=where,
        fix=(f"The first: {first.where}: {first.message} ({first.code}). " if first else "")
        + "Nothing was stored",
    )


def refuse_unused(request: IngestRequest, totals: RecordCounts, given: RecordFilter) -> None:
    """Refuse options that nothing used, and a label map that belongs to another corpus.

    Raises:
        UsageError: ``--split`` where every row tells its own, ``--subject`` that finds nobody,
            ``--label-map`` whose codes never occur.
        InputError: a label map that leaves a label unexplained while one of its own never occurs.
    """
    if request.split and not given.given_split and totals.splits:
        told = ", ".join(sorted(totals.splits))
        raise UsageError(f"every row tells its own split ({told})", where="--split")
    if request.options.get("subject") is not None and totals.splits:
        _check_subjects(request.options["subject"].text, totals)
    label_map: LabelMap | None = request.options.get("label_map")
    if label_map is not None and totals.splits:
        _check_label_map(label_map, totals)


def _check_subjects(text: str, totals: RecordCounts) -> None:
    """Refuse a rule that finds nobody, or that finds classes or splits in place of people."""
    if not totals.subjects:
        raise UsageError(f"{text!r} finds nobody", where="--subject")
    for what, told in (("classes", parse_expression), ("splits", native_split)):
        if all(told(name) for name in totals.subjects):
            names = ", ".join(sorted(totals.subjects)[:4])
            raise UsageError(f"{text!r} finds {what} ({names}) and no people", where="--subject")


def _check_label_map(label_map: LabelMap, totals: RecordCounts) -> None:
    labels = [*(label for label, _ in totals.labels), *totals.unexplained]
    met = {code for label in labels if (code := label_map.code_of(label)) is not None}
    unmet = [
        f"{code}={name}"
        for code, name in label_map.codes.items()
        if name != NO_EXPRESSION and code not in met
    ]
    unknown = sorted(label for label in totals.unexplained if label_map.code_of(label) is None)
    if not met:
        shown = ", ".join(sorted(set(labels))[:8])
        raise UsageError(
            f"none of its labels occurs; the labels here are {shown}", where="--label-map"
        )
    if unknown and unmet:
        raise InputError(
            f"the map leaves {', '.join(map(repr, unknown[:4]))} unexplained, while its own "
            f"{', '.join(unmet[:4])} never occurs: it is not the map of this corpus",
            where=f"--label-map {label_map.name}",
            fix="Say what each label means with pairs such as 0=angry,1=disgust",
        )


def differing_remark(where: str, change: Change) -> str:
    """What is said of rows that are stored with other content: a corrected label, say."""
    count = f"{change.collisions:,} {'row is' if change.collisions == 1 else 'rows are'}"
    return (
        f"{where}: {count} stored already with another picture, label or split; the store keeps "
        "what it has. To take the new ones: --update"
    )


def refuse_collisions(
    change: Change, lineage: Sequence[LineageEntry], entry: LineageEntry, first: Reject | None
) -> None:
    """Refuse an input whose ids an earlier one has taken with other pictures.

    A file or folder of the same name that changed a little is the same one: what differs in it are
    rejects. ``first`` is the first of them.

    Raises:
        InputError: naming the earlier input, and a name under which this one can be stored.
    """
    if not change.collisions:
        return
    earlier = [file.name for e in lineage if e.source == entry.source for file in e.inputs]
    names = {file.name for file in entry.inputs}
    known = change.unchanged + change.collisions
    if names & set(earlier) and 2 * change.collisions < known:
        return
    others = ", ".join(dict.fromkeys(n for n in earlier if n not in names)) or ", ".join(names)
    example = f" ({first.message.partition(';')[0]})" if first is not None else ""
    raise InputError(
        f"{change.collisions:,} rows have the ids of other rows, stored from {others}{example}",
        where=next(iter(sorted(names)), ""),
        fix="Nothing of it was stored. If it is another corpus, store it under another name: "
        f"--name {_slug(names)}; if the same one was changed, make the store anew",
    )


def _slug(names: set[str]) -> str:
    stem = min(names, default="").rstrip("/").rpartition("/")[2].split(".")[0].casefold()
    text = re.sub(r"[^a-z0-9]+", "_", stem).strip("_")
    return text if text[:1].isalpha() else f"my_{text}".rstrip("_")


def same_names(lineage: Sequence[LineageEntry], entry: LineageEntry) -> Iterator[str]:
    """The other names under which the very same files are stored."""
    mine = {file.sha256 for file in entry.inputs}
    names = {e.source for e in lineage if mine & {file.sha256 for file in e.inputs}}
    yield from sorted(names - {entry.source})


def has_other_ids(lineage: Sequence[LineageEntry], entry: LineageEntry) -> bool:
    """Whether the very same files are stored under the same name, but with other ids."""
    mine = {file.sha256 for file in entry.inputs}
    return any(
        e.source == entry.source
        and mine <= {file.sha256 for file in e.inputs}
        and e.options.get("prefix", "") != entry.options.get("prefix", "")
        for e in lineage
    )
