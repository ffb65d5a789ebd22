"""The help of ``ingest``: what is asked of all corpora first, then what each corpus takes."""

import re
from collections.abc import Callable

from fercurate.sources.registry import offered_options


def sections(text: str) -> dict[str, list[str]]:
    """Heading -> the long options below it, in order."""
    options: dict[str, list[str]] = {}
    heading = ""
    for line in text.splitlines():
        if re.fullmatch(r"\S.*:", line):
            heading = line[:-1]
        elif option := re.match(r"  (?:-\w, )?(--[a-z-]+)", line):
            options.setdefault(heading, []).append(option[1])
    return options


def test_options_stand_below_the_corpora_that_take_them(run: Callable) -> None:
    shown = sections(run("ingest", "--help").out)
    assert shown == {
        "Options": [
            "--store", "--source", "--name", "--split", "--least-side", "--jobs", "--update",
            "--strict", "--dry-run", "--cluster", "--work-dir", "--shard", "--seal", "--wait",
            "--quiet", "--no-progress", "--debug", "--json", "--help",
        ],
        "CK+": ["--neutral", "--peak"],
        "AffectNet": ["--per-class", "--seed"],
        "lists and tables": ["--columns"],
        "lists and tables, class folders": ["--subject"],
        "CK+, FER-2013, lists and tables": ["--image-size"],
        "CK+, AffectNet, RAF-DB (basic), RAF-DB (compound), ExpW, FER-2013, lists as of CUB-200, "
        "lists and tables, "
        "arrays, Parquet, WebDataset, class folders": ["--label-map"],
    }  # fmt: skip


def test_the_help_is_that_of_the_dataclasses(run: Callable) -> None:
    text = " ".join(run("ingest", "--help").out.split())
    for option in offered_options():
        assert f"{option.flag} " in text
        assert option.text.help in text
        if option.default:
            assert f"default: {option.default}" in text
