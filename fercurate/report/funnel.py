"""The funnel of a build as a picture: one bar a stage, one piece a class."""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

from fercurate.errors import UsageError
from fercurate.files.atomic import whole_file
from fercurate.report.page.markup import Markup, tag

_COLORS = (
    "#0072B2",
    "#E69F00",
    "#009E73",
    "#CC79A7",
    "#56B4E9",
    "#D55E00",
    "#F0E442",
    "#7F7F7F",
    *("#003B5C", "#8C5A00", "#00543D", "#7A3F62"),
)
"""Okabe & Ito's palette, told apart under every color blindness, then some of it darker.

More than twelve classes begin it anew.
"""

_LEFT, _BAR, _RIGHT = 170, 480, 190
_STEP, _THICK, _TOP, _KEY = 26, 16, 64, 118
_PER_LINE = 6
_LETTER = 7
"""Pixels of a letter in the key, amply."""


def funnel_picture(funnel: Mapping[str, Any], name: str) -> str:
    """Return an SVG picture of a funnel (``planning.funnel``); equal funnels give equal text."""
    classes, stages = funnel["classes"], funnel["stages"]
    rows = funnel["rows"]["all"]
    written = {"left": "rows written", "classes": rows, "samples": sum(rows.values())}
    bars = [*stages, written]
    most = max([1, *(bar["samples"] for bar in bars)])
    lines = -(-len(classes) // _key_places(classes)[0])
    top = _TOP + lines * 16
    width, height = _LEFT + _BAR + _RIGHT, top + len(bars) * _STEP + 12
    lost = [0, *(a["samples"] - b["samples"] for a, b in pairwise(stages)), 0]
    drawn = [
        _bar(bar, top + place * _STEP, most, (classes, loss))
        for place, (bar, loss) in enumerate(zip(bars, lost, strict=True))
    ]
    return tag(
        "svg",
        tag("rect", width=width, height=height, fill="#ffffff"),
        tag("text", f"Samples of {name} after each stage", x=16, y=28, font_size=16),
        *_key(classes),
        *[part for parts in drawn for part in parts],
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {width} {height}",
        width=width,
        height=height,
        font_family="sans-serif",
        font_size=12,
        fill="#1d1f23",
    )


def write_funnel_picture(funnel: Mapping[str, Any], name: str, path: Path) -> None:
    """Write the picture of a funnel to an SVG file, whole or not at all.

    Raises:
        UsageError: the file has another suffix.
    """
    if path.suffix.casefold() != ".svg" or path.is_dir():
        raise UsageError("no name of an SVG file", where=f"--plot {path}", expected="NAME.svg")
    with whole_file(path) as staged:
        staged.write_text(funnel_picture(funnel, name), encoding="utf-8")


def _key(classes: Sequence[str]) -> list[Markup]:
    parts = []
    per_line, step = _key_places(classes)
    for number, name in enumerate(classes):
        x, y = 16 + number % per_line * step, 46 + number // per_line * 16
        parts += [
            tag("rect", x=x, y=y, width=10, height=10, fill=_color(number)),
            tag("text", name, x=x + 15, y=y + 9),
        ]
    return parts


def _key_places(classes: Sequence[str]) -> tuple[int, int]:
    """How many classes a line of the key names, and the pixels from one to the next."""
    step = max(_KEY, 22 + _LETTER * max(map(len, classes), default=0))
    return max(1, min(_PER_LINE, (_LEFT + _BAR + _RIGHT - 16) // step)), step


def _color(number: int) -> str:
    return _COLORS[number % len(_COLORS)]


def _bar(
    bar: Mapping[str, Any], y: int, most: int, facts: tuple[Sequence[str], int]
) -> list[Markup]:
    """A bar with what is left on its left, how many they are on its right, and who fell out."""
    classes, lost = facts
    parts = [tag("text", bar["left"], x=_LEFT - 8, y=y + 12, text_anchor="end")]
    done = 0
    for number, name in enumerate(classes):
        count = bar["classes"].get(name, 0)
        x, end = (_LEFT + _BAR * some // most for some in (done, done + count))
        done += count
        if end > x:
            parts.append(tag("rect", x=x, y=y, width=end - x, height=_THICK, fill=_color(number)))
    said = f"{bar['samples']:,}" + (f"  (-{lost:,})" if lost else "")
    return [*parts, tag("text", said, x=_LEFT + _BAR * done // most + 8, y=y + 12)]
