"""The seven headings of a datasheet for datasets, filled in from what is known.

Gebru et al., "Datasheets for datasets", Communications of the ACM 2021. What only a person can
say is left blank, and shown as blank.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from fercurate.export.uses import USES

BLANK = "_blank: for whoever publishes it_"


def questions(summary: Mapping[str, Any]) -> list[str]:
    """Return the seven sections as lines of Markdown."""
    lines = ["## Datasheet", ""]
    for heading, answers in (
        ("Motivation", _motivation(summary)),
        ("Composition", _composition(summary)),
        ("Collection process", _collection(summary)),
        ("Preprocessing, cleaning, labeling", _preprocessing(summary)),
        ("Uses", _uses(summary)),
        ("Distribution", _distribution(summary)),
        ("Maintenance", _maintenance(summary)),
    ):
        lines += [f"### {heading}", "", *(f"- **{what}** {said}" for what, said in answers), ""]
    return lines


_Answers = Iterator[tuple[str, str]]


def _motivation(summary: Mapping[str, Any]) -> _Answers:
    yield "For what purpose?", summary["description"]
    yield "By whom, and who paid?", BLANK


def _composition(summary: Mapping[str, Any]) -> _Answers:
    splits = summary["splits"]
    counts = ", ".join(f"{name} {split['rows']:,}" for name, split in splits.items())
    derived = sum(split["derived"] for split in splits.values())
    yield "What are the instances?", "Pictures of one face each, with the label of an expression."
    yield "How many?", f"{counts}; {derived:,} of them made from others."
    classes = ", ".join(summary["scheme"]["classes"])
    yield "Which labels?", f"{classes} (scheme {summary['scheme']['name']})."
    left = sum(sum(counts.values()) for counts in summary["dropped"].values())
    yield "Is anything missing?", f"{left:,} samples were left out, by the reasons above."
    yield "Errors, noise, redundancies?", _noise(summary)
    yield (
        "Does it identify groups of people?",
        "It holds no attributes such as gender, age or race, and none was guessed.",
    )
    yield "Is it confidential, does it identify people?", "It shows faces of people."


def _noise(summary: Mapping[str, Any]) -> str:
    told = []
    agreement = summary.get("agreement")
    if agreement:
        told.append(
            f"{agreement['samples']:,} samples have votes of several people, who agree to a "
            f"Fleiss' kappa of {agreement['kappa']:.3f}"
        )
    noise = summary.get("label_noise")
    if noise:
        told.append(f"{noise['changed']:,} labels of train were changed on purpose")
    protocol = summary.get("protocol")
    if protocol:
        told.append(f"{protocol['identical_in_train']:,} evaluated samples are in train as well")
    said = f"{'; '.join(told)}. " if told else ""
    return f"{said}`fercurate audit` tells of duplicates, leaks and contradictory labels."


def _collection(summary: Mapping[str, Any]) -> _Answers:
    for source in summary["sources"].values():
        variants = {entry["variant"] for entry in source["history"] if entry["variant"]}
        yield source["title"], f"{'; '.join(sorted(variants)) or 'no remark'}."
    yield "How, when and with whose consent?", BLANK


def _preprocessing(summary: Mapping[str, Any]) -> _Answers:
    steps = ", ".join(f"`{step}`" for step in summary.get("normalize", ()))
    yield "What was done to every picture?", f"{steps}." if steps else "Nothing."
    yield "Is the raw data kept?", "In the store that it was built from, unchanged."
    yield "Is the software available?", "`fercurate`, by the commands below."


def _uses(summary: Mapping[str, Any]) -> _Answers:
    del summary
    yield "What is to be known first?", USES
    yield "Has it been used already?", BLANK


def _distribution(summary: Mapping[str, Any]) -> _Answers:
    allowed = {True: "may be passed on", False: "may not be passed on", None: "not stated whether "}
    for source in summary["sources"].values():
        word = allowed[source.get("redistributable")]
        ending = "its pictures may be passed on" if word.endswith(" ") else ""
        yield source["title"], f"{source['license']}; {word}{ending}."
    if any(one.get("redistributable") is False for one in summary["sources"].values()):
        yield "May all of it be passed on?", "No: it holds pictures that may not be."


def _maintenance(summary: Mapping[str, Any]) -> _Answers:
    yield "How is it made again?", f"`{summary['commands'][-1]}`; digests stand in `recipe.lock`."
    yield "Who maintains it, and where are errors told?", BLANK
