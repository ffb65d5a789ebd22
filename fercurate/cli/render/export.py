"""What ``fercurate export`` prints."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from fercurate.cli.output import Output
from fercurate.cli.render.tables import Row, table
from fercurate.layouts.presets import TrainerPreset, trainer_presets

if TYPE_CHECKING:  # only names of types: a command imports no more than it runs
    from fercurate.pipeline.exporting.export import LayoutReport


def show_layout(output: Output, report: "LayoutReport") -> None:
    """Print what was laid out."""
    output.show(report.to_json(), layout_lines(report))


def layout_lines(report: "LayoutReport") -> Iterator[str]:
    """Splits, the order of classes, what to set, and what lies in ``rows.csv`` alone."""
    facts, preset = report.facts, report.preset
    rows = sum(split["rows"] for split in facts["splits"].values())
    whom = f" for {preset.trainer}" if preset is not None else ""
    yield f"{report.place}: {facts['layout']['kind']}{whom}, {rows:,} rows"
    names = [one["class"] for one in facts["classes"]]
    lines: list[Row] = [
        [name, split["written_as"], *(split["classes"][one] for one in names), split["rows"]]
        for name, split in facts["splits"].items()
    ]
    yield from table(["split", "here", *names, "all"], lines)
    yield f"order of classes: {_order(facts)}"
    if preset is not None:
        yield from _preset_lines(preset, report.place)
    mean, std = (", ".join(f"{value:.4f}" for value in facts[name]) for name in ("mean", "std"))
    yield f"mean and deviation of train's pixels, 0..1: {mean} and {std}"
    if facts["not_carried"]:
        yield f"in rows.csv alone: {', '.join(facts['not_carried'])}"
    if facts["picture"]["format"] == "jpeg":
        yield "pictures are JPEG of quality 100 without subsampling: not lossless"
    held = [name for name, one in facts["sources"].items() if one["redistributable"] is False]
    if held:
        yield f"may not be passed on: pictures of {', '.join(held)}"


def _order(facts: dict[str, Any]) -> str:
    return ", ".join(
        f"{one['code']} {one['class']}"
        + (
            ""
            if one["written_as"] in (one["class"], str(one["code"]))
            else f" ({one['written_as']})"
        )
        for one in facts["classes"]
    )


def _preset_lines(preset: TrainerPreset, folder: str) -> Iterator[str]:
    yield f"set there: {preset.use.format(folder=folder)}"
    yield f"it feeds {preset.feeds}; it chooses its epoch on: {preset.chosen_on}"
    if preset.caution:
        yield f"mind: {preset.caution}"


def show_presets(output: Output) -> None:
    """Print the trainers that have a name."""
    document = {
        "schema_version": 1,
        "kind": "trainers",
        "trainers": [
            {
                "name": one.name,
                "trainer": one.trainer,
                "layout": one.layout.kind,
                "use": one.use,
                "feeds": one.feeds,
                "chosen_on": one.chosen_on,
                "caution": one.caution,
            }
            for one in trainer_presets()
        ],
    }
    rows: list[Row] = [[one.name, one.trainer, one.layout.kind] for one in trainer_presets()]
    output.show(document, table(["name", "trainer", "layout"], rows))
