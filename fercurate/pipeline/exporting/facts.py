"""``layout.json``: what was written, in which order of classes, and from which export."""

from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from fercurate import __version__
from fercurate.errors import ExportError
from fercurate.export.folder import SUMMARY_FILE
from fercurate.export.open_export import OpenExport
from fercurate.files.digest import sha256_of
from fercurate.layouts.base import Layout, LayoutData, LayoutPlan, kept_splits
from fercurate.layouts.presets import TrainerPreset
from fercurate.pipeline.exporting.folder import LAYOUT_KIND

SCHEMA_VERSION = 1
_MOST = 1 << 40
"""More samples than any export has."""


def layout_facts(
    opened: OpenExport,
    layout: Layout,
    data: LayoutData,
    plan: LayoutPlan,
    preset: TrainerPreset | None,
) -> dict[str, Any]:
    """What a layout holds, JSON-ready with stable keys; its files are added once they are there."""
    attributes = opened.attributes
    return {
        "schema_version": SCHEMA_VERSION,
        "kind": LAYOUT_KIND,
        "tool": f"fercurate {__version__}",
        "layout": _settings(layout),
        "trainer": preset.name if preset is not None else "",
        "export": {
            "name": data.name,
            "scheme": data.scheme,
            "recipe_sha256": attributes.recipe_sha256,
            "lock_sha256": opened.lock_digest(),
        },
        "classes": [
            {"code": code, "class": name, "written_as": word}
            for code, name, word in plan.codes.by_code
        ],
        "picture": {
            "height": data.picture[0],
            "width": data.picture[1],
            "channels": 3 if len(data.picture) == 3 else 1,
            "format": getattr(layout, "pictures", "values"),
        },
        "mean": [float(value) for value in attributes.mean],
        "std": [float(value) for value in attributes.std],
        "splits": {
            split.split: {
                "written_as": plan.places[split.split],
                "rows": len(split),
                "derived": int((split.columns["op"] != "original").sum()),
                "classes": _class_counts(split.labels.tolist(), data.classes),
            }
            for split in kept_splits(data, plan)
        },
        "left_out": {s.split: len(s) for s in data.splits if s.split not in plan.places},
        "not_carried": not_carried(layout, data),
        "remarks": list(plan.remarks),
        "ingest": layout.reading(plan.codes),
        **_told_by(opened.summary(), opened.path / SUMMARY_FILE, data),
    }


def _told_by(summary: dict[str, Any], path: Path, data: LayoutData) -> dict[str, Any]:
    """What the export's own papers say that every layout repeats; people of its splits alone.

    Raises:
        ExportError: what they say of people is no count.
    """
    groups = summary.get("groups") or {}
    told = {"sources": source_licenses(summary)}
    if not _are_groups(groups, frozenset(data.classes)):
        raise ExportError(
            "its groups are no counts by attribute, split, value and class",
            where=str(path),
            fix="Build it again with: fercurate build --overwrite",
        )
    here = {split.split for split in data.splits}
    shown = {
        name: {split: values for split, values in splits.items() if split in here}
        for name, splits in groups.items()
    }
    return {**told, "groups": shown} if groups else told


def _are_groups(groups: object, classes: frozenset[str], depth: int = 3) -> bool:
    """Whether counts are whole numbers by class, within ``depth`` levels of names."""
    if not isinstance(groups, dict):
        return False
    if depth:
        return all(_are_groups(one, classes, depth - 1) for one in groups.values())
    counts = groups.values()
    return groups.keys() == classes and all(type(n) is int and 0 <= n < _MOST for n in counts)


def _settings(layout: Layout) -> dict[str, Any]:
    """The settings of a layout, as JSON has them."""
    settings: dict[str, Any] = asdict(layout)  # type: ignore[call-overload]  # a frozen dataclass
    return {
        key: list(value) if isinstance(value, tuple) else value for key, value in settings.items()
    }


def _class_counts(labels: list[int], classes: tuple[str, ...]) -> dict[str, int]:
    return {name: labels.count(code) for code, name in enumerate(classes)}


def not_carried(layout: Layout, data: LayoutData) -> list[str]:
    """The columns of the export that stand in ``rows.csv`` alone."""
    if "*" in layout.carried:
        return []
    return [name for name in data.splits[0].columns if name not in layout.carried]


def source_licenses(summary: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Title, license and whether pictures may be passed on, by source, as the summary says."""
    found = summary.get("sources")
    return {
        str(name): {
            "title": str(facts.get("title", name)),
            "license": str(facts.get("license", "not known")),
            "redistributable": allowed if isinstance(allowed, bool) else None,
        }
        for name, facts in (found.items() if isinstance(found, dict) else ())
        if isinstance(facts, dict)
        for allowed in [facts.get("redistributable")]
    }


def is_restricted(sources: dict[str, dict[str, Any]]) -> bool:
    """Whether some of the pictures may not be passed on."""
    return any(facts["redistributable"] is False for facts in sources.values())


def described_files(folder: Path, files: Iterable[str]) -> dict[str, dict[str, Any]]:
    """Size and SHA-256 of files, by path."""
    return {
        name: {"size": (folder / name).stat().st_size, "sha256": sha256_of(folder / name)}
        for name in sorted(files)
    }
