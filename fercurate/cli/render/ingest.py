"""What ``fercurate ingest`` prints."""

import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from fercurate.cli.output import Output
from fercurate.domain.sample import REJECT_MEANINGS, RejectCode

if TYPE_CHECKING:  # only names of types: a command imports no more than it runs
    from fercurate.pipeline.ingest.report import CorpusReport, IngestReport


def show_ingest(output: Output, report: "IngestReport") -> None:
    """Print what was read of each corpus, and what was rejected."""
    output.show(report.to_json(), ingest_lines(report))


def ingest_lines(report: "IngestReport") -> Iterator[str]:
    """A few lines a corpus."""
    for corpus in report:
        name = Path(corpus.path).name
        if report.dry_run:
            yield f"{name}: recognized as {corpus.source}; nothing was read (dry run)"
        else:
            yield from _lines(name, corpus)


def _lines(name: str, corpus: "CorpusReport") -> Iterator[str]:
    yield (
        f"{name}: {corpus.records:,} rows read; {corpus.added:,} added, "
        f"{corpus.unchanged:,} unchanged, {corpus.rejected:,} rejected"
    )
    if corpus.variant:
        yield textwrap.fill(corpus.variant, 96, initial_indent="  ", subsequent_indent="  ")
    for code, count in sorted(corpus.rejects.items()):
        yield f"  {code}  {count:,}  {REJECT_MEANINGS[RejectCode(code)]}"
    for reject in corpus.examples:
        yield f"    {reject.where}: {reject.message} ({reject.code})"
    if corpus.rejected > len(corpus.examples):
        yield f"    ... and {corpus.rejected - len(corpus.examples):,} more, kept in the store"
