"""What ``fercurate decide`` and ``fercurate decisions`` print."""

import math
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from fercurate.cli.output import Output
from fercurate.cli.render.tables import Row, table
from fercurate.domain.text import plural

if TYPE_CHECKING:  # only names of types: a command imports no more than it runs
    from fercurate.pipeline.decisions.agreement import AgreementReport, QuestionAgreement
    from fercurate.pipeline.decisions.decide import DecideReport
    from fercurate.pipeline.decisions.transfer import DecisionTransfer
    from fercurate.pipeline.decisions.union import DecisionUnion

_CONFLICTS, _LISTED = 10, 5


def _figure(value: float) -> str:
    """A figure of agreement; it is not defined where everybody gave one and the same answer."""
    return "not defined" if math.isnan(value) else f"{value:.3f}"


def show_decided(output: Output, report: "DecideReport") -> None:
    """Print what was written."""
    output.show(report.to_json(), decided_lines(report))


def decided_lines(report: "DecideReport") -> Iterator[str]:
    """How many answers of which kind, by whom, and where they lie."""
    author = report.decisions[0].author
    yield f"{len(report.decisions):,} written to {report.path} by {author}"
    rows: list[Row] = [
        [question, answer, count]
        for question, answers in report.counts().items()
        for answer, count in answers.items()
    ]
    yield from table(["question", "answer", "samples"], rows)
    yield "a recipe takes them with: decisions: {}"


def show_decision_union(output: Output, union: "DecisionUnion") -> None:
    """Print what several files came to."""
    history = union.history
    lines = [
        f"{union.path}: {len(history):,} lines of {union.read:,} read, "
        f"{len(history.valid):,} decisions count",
        f"authors: {', '.join(history.authors) or 'nobody'}",
        f"SHA-256 of what counts: {history.digest}",
    ]
    output.show(union.to_json(), lines)


def show_agreement(output: Output, report: "AgreementReport") -> None:
    """Print how far authors agree."""
    output.show(report.to_json(), agreement_lines(report))


def agreement_lines(report: "AgreementReport") -> Iterator[str]:
    """By question: pairs, all together, classes, conflicts; then FER+'s votes."""
    yield f"authors: {', '.join(report.authors) or 'nobody'}"
    for one in report.questions:
        yield f"\n{one.question}: {plural(one.samples, 'sample')}"
        yield from _question_lines(one)
    if report.votes:
        yield "\nlabels against FER+'s majorities"
        rows: list[Row] = [
            [author, both, _figure(kappa)] for author, _, both, kappa in report.votes
        ]
        yield from table(["author", "both", "kappa"], rows)


def _question_lines(one: "QuestionAgreement") -> Iterator[str]:
    if not one.pairs:
        yield "  one author: there is nothing to compare"
        return
    pairs: list[Row] = [[a, b, n, _figure(kappa)] for a, b, n, kappa in one.pairs]
    yield from table(["first", "second", "both", "Cohen's kappa"], pairs)
    together = f"Fleiss' kappa {_figure(one.fleiss)}, "
    yield f"  {together}Krippendorff's alpha {_figure(one.alpha)}"
    classes: list[Row] = [[name, _figure(value)] for name, value in one.classes.items()]
    kind = "Cohen's kappa" if len(one.pairs) == 1 else "Krippendorff's alpha"
    yield from table(["answer", kind], classes)
    yield f"  {plural(len(one.conflicts), 'conflict')}"
    for name, said in one.conflicts[:_CONFLICTS]:
        yield f"    {name}: {', '.join(f'{who} {answer}' for who, answer in said.items())}"
    if len(one.conflicts) > _CONFLICTS:
        yield f"    ... {len(one.conflicts) - _CONFLICTS:,} more with --json"


def show_transfer(output: Output, transfer: "DecisionTransfer") -> None:
    """Print what applies to a store, and what does not."""
    output.show(transfer.to_json(), transfer_lines(transfer))


def transfer_lines(transfer: "DecisionTransfer") -> Iterator[str]:
    """How many were taken over; the first of those that were not."""
    verb = "taken over into" if transfer.written or not transfer.taken else "would be taken into"
    yield f"{len(transfer.taken):,} {verb} {transfer.path}, {transfer.known:,} were there"
    if transfer.renamed:
        yield f"  {transfer.renamed:,} found by their pixels, under another id"
    for decisions, what in (
        (transfer.other_pixels, "about other pixels than those stored: not applied"),
        (transfer.not_stored, "about samples that are not stored"),
    ):
        if decisions:
            names = list(dict.fromkeys(one.sample_id for one in decisions))
            more = ", ..." if len(names) > _LISTED else ""
            yield f"  {len(decisions):,} {what}: {', '.join(names[:_LISTED])}{more}"


def show_exported(output: Output, path: Path, count: int) -> None:
    """Print how many decisions were written."""
    document = {
        "schema_version": 1,
        "kind": "decisions-export",
        "file": str(path),
        "decisions": count,
    }
    output.show(document, [f"{path}: {count:,} decisions"])
