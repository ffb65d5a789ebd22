"""``README.md`` of a layout: what it is, the order of classes, how to read it, who may have it."""

from collections.abc import Iterator
from typing import Any

from fercurate.export.datasheet.group_section import group_section
from fercurate.export.datasheet.markdown import plain_text
from fercurate.export.uses import USES
from fercurate.layouts.base import Layout
from fercurate.layouts.presets import TrainerPreset
from fercurate.pipeline.exporting.facts import is_restricted
from fercurate.pipeline.exporting.rows import ROWS_FILE


def card_text(
    facts: dict[str, Any], layout: Layout, preset: TrainerPreset | None, lacking: str
) -> str:
    """The text of the card, of what ``layout.json`` says.

    ``lacking`` says what is missing where no source is known.
    """
    return "\n".join(_lines(facts, layout, preset, lacking)) + "\n"


def _lines(
    facts: dict[str, Any], layout: Layout, preset: TrainerPreset | None, lacking: str
) -> Iterator[str]:
    export = facts["export"]
    own = plain_text(export["name"])
    title = f"{own} for {preset.trainer}" if preset else own
    yield from (f"# {title}", "", f"Layout `{layout.kind}`: {layout.title}.", "")
    if is_restricted(facts["sources"]):
        yield from ("**Holds pictures that may not be passed on** (see License below).", "")
    picture = facts["picture"]
    yield (
        f"Pictures are {picture['height']} x {picture['width']}, {picture['channels']} "
        f"channel{'s' if picture['channels'] > 1 else ''} ({_format(picture['format'])})."
    )
    yield from _tables(facts)
    if preset is not None:
        yield from _trainer_lines(preset)
    mean, std = (", ".join(f"{value:.4f}" for value in facts[name]) for name in ("mean", "std"))
    yield from (f"Mean and deviation of train's pixels (0..1): {mean} and {std}.", "")
    for remark in facts["remarks"]:
        yield f"- {remark}"
    missing = facts["not_carried"]
    if missing:
        yield (
            f"- `{ROWS_FILE}` has what this layout cannot carry: {', '.join(missing)}, and of "
            "every row its file, its class and the digest of its pixels"
        )
    else:
        yield f"- `{ROWS_FILE}` has of every row its file, its class and the digest of its pixels"
    again = f" {facts['ingest']}" if facts["ingest"] else ""
    yield f"- `fercurate ingest .{again}` reads it again"
    classes = [one["class"] for one in facts["classes"]]
    yield from ("", *group_section(facts.get("groups", {}), classes))
    yield from ("## License", "")
    for name, source in facts["sources"].items():
        allowed = {True: "yes", False: "no", None: "not stated"}[source["redistributable"]]
        own = plain_text(name.replace("`", "'"))
        title, terms = plain_text(source["title"]), plain_text(source["license"])
        yield f"- {title} (`{own}`): {terms}. May be passed on: {allowed}."
    if not facts["sources"]:
        yield f"Not known: {lacking or 'the `summary.json` of the export names no source'}."
    yield from ("", "## Uses", "", USES)


def _tables(facts: dict[str, Any]) -> Iterator[str]:
    """The order of classes, and the splits."""
    yield from ("", "| code | class | written as |", "| ---: | --- | --- |")
    for one in facts["classes"]:
        yield f"| {one['code']} | {one['class']} | `{one['written_as']}` |"
    yield from ("", "| split | here | rows | derived rows |", "| --- | --- | ---: | ---: |")
    for name, split in facts["splits"].items():
        yield f"| {name} | `{split['written_as']}` | {split['rows']:,} | {split['derived']:,} |"
    yield ""


def _trainer_lines(preset: TrainerPreset) -> Iterator[str]:
    yield f"- Set: `{preset.use.format(folder='.')}`, where `.` is this folder"
    yield f"- It feeds its network {preset.feeds}."
    yield f"- It chooses its epoch on: {preset.chosen_on}."
    if preset.caution:
        yield f"- Mind: {preset.caution}."
    yield ""


def _format(name: str) -> str:
    return {
        "png": "PNG without compression, lossless",
        "jpeg": "JPEG of quality 100 without subsampling, not lossless",
    }.get(name, "values as they are")
