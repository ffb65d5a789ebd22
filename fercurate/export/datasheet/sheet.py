"""``datasheet.md``: what an export is, for a person who must defend its numbers."""

from collections.abc import Mapping, Sequence
from typing import Any

from fercurate.domain.segments.base import FAMILIES
from fercurate.export.datasheet.face_coverage import face_coverage
from fercurate.export.datasheet.group_section import group_section
from fercurate.export.datasheet.markdown import markdown_table
from fercurate.export.datasheet.noise_section import noise_section
from fercurate.export.datasheet.questions import questions

FUNNEL_PICTURE = "funnel.svg"
DECISIONS_FILE = "decisions.jsonl"

Summary = Mapping[str, Any]


def render_datasheet(summary: Summary, outputs: Sequence[str]) -> str:
    """Return the datasheet as Markdown; every number in it comes from the summary."""
    sections = [
        [f"# {summary['name']}", "", summary["description"], ""],
        _warnings(summary),
        _splits(summary),
        _kinds(summary),
        _synthetic(summary),
        _folds(summary),
        _origins(summary),
        group_section(summary.get("groups", {}), summary["scheme"]["classes"]),
        face_coverage(summary["pictures"]),
        noise_section(summary.get("label_noise", {})),
        _pictures(outputs),
        _funnel(summary),
        _decisions(summary),
        _dropped(summary),
        _sources(summary),
        questions(summary),
        _files(summary, outputs),
    ]
    return "\n".join(line for section in sections for line in section)


def _warnings(summary: Summary) -> list[str]:
    lines = [f"> **Warning.** {text}." for text in summary["warnings"]]
    lines += [f"> Note: {text}." for text in summary["notes"]]
    return [line for text in lines for line in (text, "")]


def _splits(summary: Summary) -> list[str]:
    classes = summary["scheme"]["classes"]
    rows = [
        [name, *(split["classes"][c] for c in classes), split["rows"], split["derived"]]
        for name, split in summary["splits"].items()
    ]
    merged = summary["scheme"].get("expressions", {})
    order = ", ".join(
        f"{code} = {name}{_members(merged.get(name, []), name)}"
        for code, name in enumerate(classes)
    )
    return [
        "## Rows by class and split",
        "",
        f"Scheme `{summary['scheme']['name']}`: {order}.",
        "",
        *markdown_table(["split", *classes, "all", "of these derived"], rows),
    ]


def _members(expressions: Sequence[str], name: str) -> str:
    """The expressions of a class in brackets, if it is more than one of its own name."""
    return "" if list(expressions) in ([], [name]) else f" ({', '.join(expressions)})"


def _kinds(summary: Summary) -> list[str]:
    """Real rows and what was made of them, and how many samples they are worth."""
    classes, effective = summary["scheme"]["classes"], summary["effective_number"]
    rows = [
        [name, kind, *(counts[c] for c in classes), sum(counts.values())]
        for name, split in summary["splits"].items()
        for kind, counts in split["kinds"].items()
    ]
    worth = [
        ["train", which, *(f"{effective[which][c]:,.1f}" for c in classes)]
        for which in ("real rows", "all rows")
    ]
    return [
        "## Rows by kind",
        "",
        *markdown_table(["split", "kind", *classes, "all"], rows),
        f"Effective number of samples, (1 - b^n) / (1 - b) with b = {effective['beta']} (Cui et "
        "al., 2019). It takes every row for a new sample; derived rows are not, so the line of "
        "real rows is the safer one.",
        "",
        *markdown_table(["split", "of", *classes], worth),
    ]


def _synthetic(summary: Summary) -> list[str]:
    if not summary["synthetic"]:
        return []
    rows = [
        [
            name,
            facts["rows"],
            f"{facts['lowest']}..{facts['highest']}",
            facts["outside_parents"],
            f"{facts['gradient_energy']:.2f}",
            f"{facts['nearest_real']:.1f}",
            f"{facts['nearest_among_real']:.1f}",
            f"{facts['copies']:.0%}",
        ]
        for name, facts in summary["synthetic"].items()
    ]
    head = ["class", "rows", "gray levels", "pixels outside parents' range", "gradient energy"]
    head += ["nearest real", "real to real", "equal to a real one"]
    return [
        "## Synthetic rows",
        "",
        "Measured on up to 100 rows of each class. Gradient energy is that of synthetic rows "
        "divided by that of real ones: below 1 they are smoother, because mixing blurs. "
        "The nearest real picture of the class is so many gray levels away (root mean square, "
        "median); the next column says how far real pictures are from each other. Rows that "
        "equal a real picture come from parents that are copies of each other.",
        "",
        *markdown_table(head, rows),
    ]


def _folds(summary: Summary) -> list[str]:
    if not summary["folds"]:
        return []
    classes = summary["scheme"]["classes"]
    rows = [
        [str(fold), *(counts[c] for c in classes), sum(counts.values())]
        for fold, counts in enumerate(summary["folds"])
    ]
    return [
        "## Folds",
        "",
        "Samples that each fold tests; it trains on all others. The column `fold` of `train.h5` "
        "holds this number for every row.",
        "",
        *markdown_table(["fold", *classes, "all"], rows),
    ]


def _origins(summary: Summary) -> list[str]:
    classes = summary["scheme"]["classes"]
    rows = [
        [name, op, *(counts[c] for c in classes), sum(counts.values())]
        for name, split in summary["splits"].items()
        for op, counts in split["operations"].items()
    ]
    sources = [
        [name, source, count]
        for name, split in summary["splits"].items()
        for source, count in split["sources"].items()
    ]
    return [
        "## Rows by origin",
        "",
        "`original` rows are pictures of a corpus; every other row was made from one of them.",
        "",
        *markdown_table(["split", "operation", *classes, "all"], rows),
        *markdown_table(["split", "source", "rows"], sources),
    ]


def _pictures(outputs: Sequence[str]) -> list[str]:
    """The contact sheets, one a family of rows."""
    shown = [name for name in FAMILIES if sheet_file(name) in outputs]
    if not shown:
        return []
    images = [line for name in shown for line in (f"![{name} rows]({sheet_file(name)})", "")]
    return [
        "## Pictures",
        "",
        "A few rows of each kind and class, derived ones beside the rows that they were made from.",
        "",
        *images,
    ]


def sheet_file(name: str) -> str:
    """The file of the contact sheet of one of ``FAMILIES``: ``sheet_rotated.png``."""
    return f"sheet_{name}.png"


def _funnel(summary: Summary) -> list[str]:
    """How many samples stand after each stage, in tables by class and by source."""
    funnel = summary["funnel"]
    if not funnel:
        return []
    classes, stages = funnel["classes"], funnel["stages"]
    sources = list(stages[0]["sources"])
    by_class = [
        *([one["left"], *one["classes"].values(), one["samples"]] for one in stages),
        *(
            [f"{kind} rows", *(counts.get(name, 0) for name in classes), sum(counts.values())]
            for kind, counts in funnel["rows"].items()
        ),
    ]
    return [
        "## From the store to the splits",
        "",
        "How many samples are left after each stage, and the rows that the splits hold in the end.",
        "",
        f"![samples after each stage]({FUNNEL_PICTURE})",
        "",
        *markdown_table(["left", *classes, "all"], by_class),
        *markdown_table(
            ["left", *sources], ([one["left"], *one["sources"].values()] for one in stages)
        ),
    ]


def _decisions(summary: Summary) -> list[str]:
    """What people decided, and what became of it."""
    facts = summary.get("decisions")
    if not facts:
        return []
    rows = [
        [question, answer, count]
        for question, answers in facts["answers"].items()
        for answer, count in answers.items()
    ]
    applied = [["labeled", name, count] for name, count in facts["labeled"].items()]
    applied += [["left out", name, count] for name, count in facts["dropped"].items()]
    applied += [
        ["not applied", "about other pixels", len(facts["other_pixels"])],
        ["not applied", "not stored", facts["not_stored"]],
        ["not applied", "no agreement on the label", facts["undecided_labels"]],
    ]
    return [
        "## Decisions by people",
        "",
        f"`{DECISIONS_FILE}` holds them: {facts['counted']:,} that count, SHA-256 "
        f"`{facts['sha256']}`. Labels by the rule {facts['labels_by']}, faults by the rule "
        f"{facts['drops_by']}, in {', '.join(facts['splits'])}.",
        "",
        *markdown_table(["author", "decisions"], [[n, c] for n, c in facts["authors"].items()]),
        *markdown_table(["question", "answer", "decisions"], rows),
        *markdown_table(["became", "of", "samples"], applied),
    ]


def _dropped(summary: Summary) -> list[str]:
    lines = ["## Left out", ""]
    if summary["dropped"]:
        rows = [
            [reason, name, count]
            for reason, classes in summary["dropped"].items()
            for name, count in classes.items()
        ]
        lines += markdown_table(["reason", "class", "samples"], rows)
    else:
        lines += ["No stored sample was left out.", ""]
    rejects = [[s, c, n] for s, codes in summary["rejects"].items() for c, n in codes.items()]
    if rejects:
        lines += ["Rows of the raw files that could not be ingested:", ""]
        lines += markdown_table(["source", "code", "rows"], rejects)
    return lines


def _sources(summary: Summary) -> list[str]:
    lines = ["## Sources", ""]
    for name, source in summary["sources"].items():
        lines += [f"- **{source['title']}** (`{name}`). License: {source['license']}."]
        for entry in source["history"]:
            files = ", ".join(f"`{f['name']}` (SHA-256 `{f['sha256']}`)" for f in entry["inputs"])
            lines += [f"  - {files}: {entry['variant']}."]
    commands = [f"    {command}" for command in summary["commands"]]
    return [*lines, "", "## Made by", "", *commands, ""]


def _files(summary: Summary, outputs: Sequence[str]) -> list[str]:
    listed = ", ".join(f"{name} {value:.4f}" for name, value in summary["class_weights"].items())
    weights = "none" if set(summary["class_weights"].values()) == {1.0} else listed
    return [
        "## Files",
        "",
        *(f"- `{name}`" for name in outputs),
        "",
        f"Class weights: {weights}.",
        "",
        "Pixels are uint8, 0..255. `sample_id` names each row's sample in the store, `op` what "
        "made the row, and `parent_a` the sample that it was made from.",
        "",
    ]
