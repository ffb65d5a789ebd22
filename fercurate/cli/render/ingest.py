"""What ``fercurate ingest`` prints."""

import shlex
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from fercurate.cli.output import Output
from fercurate.domain.sample import REJECT_MEANINGS, RejectCode
from fercurate.domain.text import plural
from fercurate.files.regular import real_path

_SHOWN_GROUPS = 6

if TYPE_CHECKING:  # only names of types: a command imports no more than it runs
    from fercurate.domain.lineage import FileAccount
    from fercurate.pipeline.ingest.report import CorpusReport, IngestReport


def show_ingest(output: Output, report: "IngestReport", store: Path) -> None:
    """Print what was read of each corpus, what was rejected, and what to do with the store."""
    output.show(report.to_json(), ingest_lines(report))
    if not report.dry_run and any(corpus.added for corpus in report):
        output.remark(f"next: fercurate stats {shlex.quote(str(store))}")


def account_line(files: "FileAccount") -> str:
    """The sum of all files of an input, in one line."""
    return (
        f"{plural(files.seen, 'file')} = {files.read:,} read + "
        f"{files.rejected:,} rejected + {files.passed:,} passed over"
    )


def _account(files: "FileAccount") -> Iterator[str]:
    """The sum, and what was passed over, the largest groups first."""
    if not files.seen:
        return
    yield f"  {account_line(files)}"
    groups = sorted(files.passed_over, key=lambda g: (-g.files, g.folder, g.suffix, g.reason))
    for group in groups[:_SHOWN_GROUPS]:
        suffix = group.suffix or "(no suffix)"
        yield f"    {group.files:,} {suffix} in {group.folder or 'the top'}: {group.reason}"
    if len(groups) > _SHOWN_GROUPS:
        rest = sum(group.files for group in groups[_SHOWN_GROUPS:])
        yield f"    {rest:,} more in {len(groups) - _SHOWN_GROUPS} groups (--json lists them)"


def ingest_lines(report: "IngestReport") -> Iterator[str]:
    """A few lines a corpus."""
    for corpus in report:
        name = real_path(corpus.path).name
        if report.dry_run and not corpus.records:
            yield f"{name}: recognized as {corpus.source}; nothing was read (dry run)"
        else:
            yield from _lines(name, corpus)


def gist_of_ingest(report: "IngestReport") -> Iterator[str]:
    """A line a corpus."""
    for corpus in report:
        yield next(_lines(real_path(corpus.path).name, corpus))


def _lines(name: str, corpus: "CorpusReport") -> Iterator[str]:
    updated = ""
    if corpus.replaced or corpus.removed:
        updated = f"{corpus.replaced:,} replaced, {corpus.removed:,} removed, "
    yield (
        f"{name}: {plural(corpus.records, 'row')} read; {corpus.added:,} added, {updated}"
        f"{corpus.unchanged:,} unchanged, {corpus.rejected:,} rejected"
    )
    if corpus.variant:
        yield textwrap.fill(corpus.variant, 96, initial_indent="  ", subsequent_indent="  ")
    yield from _account(corpus.files)
    for remark in corpus.remarks:
        yield textwrap.fill(remark, 96, initial_indent="  ! ", subsequent_indent="    ")
    for code, count in sorted(corpus.rejects.items()):
        yield f"  {code}  {count:,}  {REJECT_MEANINGS[RejectCode(code)]}"
    for reject in corpus.examples:
        yield f"    {reject.where}: {reject.message} ({reject.code})"
    if corpus.rejected > len(corpus.examples):
        yield f"    ... and {corpus.rejected - len(corpus.examples):,} more, kept in the store"
