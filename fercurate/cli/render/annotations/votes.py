"""What ``fercurate votes`` prints."""

from collections.abc import Iterator
from math import isnan
from typing import TYPE_CHECKING

from fercurate.cli.output import Output
from fercurate.cli.render.tables import Row, table

if TYPE_CHECKING:  # only names of types: a command imports no more than it runs
    from fercurate.pipeline.votes.add import AddVotesReport
    from fercurate.pipeline.votes.agreement import VoteAgreement, VoteSetAgreement
    from fercurate.pipeline.votes.listing import VoteSetList

_KINDS = {
    "counts": "votes by expression",
    "readers": "answers by reader",
    "shares": "shares of votes by expression",
}


def show_added_votes(output: Output, report: "AddVotesReport", dry_run: bool) -> None:
    """Print what was added."""
    output.show(report.to_json(), added_lines(report, dry_run))


def added_lines(report: "AddVotesReport", dry_run: bool) -> Iterator[str]:
    """What the table held, and what became of it."""
    cast = f"; {report.votes:,} votes" if report.votes else ""
    on = f"on {report.samples:,} of {report.stored:,} samples"
    yield f"{report.name}: {_KINDS[report.kind]}{cast} {on}"
    if report.missing:
        yield f"  {report.missing:,} rows are of no stored sample, and are left out"
    if report.readers:
        yield f"  readers: {', '.join(report.readers)}"
    yield from table(*_answers(report))
    done = "stored" if report.changed else "nothing was stored (dry run)"
    if not report.changed and not dry_run:
        done = "stored already, nothing was changed"
    yield f"{done}: {report.store.name} by {report.method}"


def _answers(report: "AddVotesReport") -> tuple[list[str], list[Row]]:
    """Votes for each answer, or its mean share."""
    if report.kind != "shares":
        return ["answer", "votes"], [[name, n] for name, n in report.answers.items()]
    whole = max(sum(report.answers.values()), 1)
    return ["answer", "share"], [[n, f"{100 * s / whole:.1f} %"] for n, s in report.answers.items()]


def show_vote_sets(output: Output, listed: "VoteSetList") -> None:
    """Print the sets of a store."""
    output.show(listed.to_json(), set_lines(listed))


def set_lines(listed: "VoteSetList") -> Iterator[str]:
    """A table of the sets, and the readers of each where they are known."""
    sets = "1 set" if len(listed.sets) == 1 else f"{len(listed.sets)} sets"
    yield f"{listed.store.name}: {listed.stored:,} samples, {sets} of votes"
    if not listed.sets:
        return
    rows: list[Row] = [
        [s.name, _KINDS[s.kind], s.samples, s.votes or "-", s.method] for s in listed.sets
    ]
    yield from table(["set", "holds", "samples", "votes", "method"], rows)
    for one in listed.sets:
        if one.readers:
            yield f"{one.name}: {len(one.readers)} readers: {', '.join(one.readers)}"


def show_agreement(output: Output, found: "VoteAgreement") -> None:
    """Print how far people agree."""
    output.show(found.to_json(), (line for one in found.sets for line in agreement_lines(one)))


def agreement_lines(one: "VoteSetAgreement") -> Iterator[str]:
    """Agreement in one set: in all, by class, and with the stored labels."""
    facts = one.facts
    by = f" by {len(facts.readers)} readers" if facts.readers else ""
    cast = _KINDS[facts.kind] if facts.kind == "shares" else f"{facts.votes:,} votes"
    yield f"{facts.name}: {cast}{by} on {facts.samples:,} samples"
    two = len(facts.readers) == 2
    rows: list[Row] = [
        [
            answers.over,
            answers.samples,
            f"{answers.fewest}..{answers.most}" if answers.unequal else f"{answers.most}",
            *_numbers(answers.fleiss, answers.alpha),
            *(_numbers(answers.cohen) if two else []),
        ]
        for answers in one.answers
    ]
    head = ["over", "samples", "votes each", "Fleiss' kappa", "Krippendorff's alpha"]
    if rows:
        yield from table([*head, *(["Cohen's kappa"] if two else [])], rows)
    yield from _class_lines(one, two)
    share = f" ({one.equal / one.compared:.1%})" if one.compared else ""
    yield (
        f"the stored label is the majority's for {one.equal:,} of {one.compared:,} samples that "
        f"have both{share}"
    )


def _class_lines(one: "VoteSetAgreement", two: bool) -> Iterator[str]:
    rows: list[Row] = [
        [
            by.name,
            by.votes or "-",
            *_numbers(by.alpha, *([by.cohen] if two else [])),
            f"{by.equal:,} of {by.compared:,}" if by.compared else "-",
        ]
        for by in one.classes
    ]
    head = ["answer", "votes", "alpha", *(["Cohen's kappa"] if two else []), "equals the label"]
    yield from table(head, rows)


def _numbers(*values: float) -> list[str]:
    return ["-" if isnan(value) else f"{value:.3f}" for value in values]
