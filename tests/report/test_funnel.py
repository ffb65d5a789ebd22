"""The key of a funnel's picture: every class has a color and a place of its own."""

import re
from typing import Any

import pytest

from fercurate.domain.taxonomy import schemes
from fercurate.report.funnel import funnel_picture

KEY = re.compile(
    r'<rect x="(\d+)" y="(\d+)" width="10" height="10" fill="(#\w{6})"/?>(?:</rect>)?'
    r'<text x="\d+" y="\d+">([^<]+)'
)
LETTER = 6.7
"""Pixels of a mean letter of 12 pixels in a sans serif, amply."""


def picture(classes: tuple[str, ...]) -> str:
    counts = dict.fromkeys(classes, 3)
    stage = {"left": "in the store", "classes": counts, "samples": sum(counts.values())}
    funnel: dict[str, Any] = {"classes": list(classes), "stages": [stage], "rows": {"all": counts}}
    return funnel_picture(funnel, "drawn")


@pytest.mark.parametrize("scheme", schemes())
def test_every_class_has_a_color_and_a_place(scheme: str) -> None:
    classes = schemes()[scheme].classes
    key = [(int(x), int(y), fill, name) for x, y, fill, name in KEY.findall(picture(classes))]
    assert tuple(name for *_, name in key) == classes
    assert len({fill for _, _, fill, _ in key}) == len(classes)
    ends = {(x, y): x + 15 + LETTER * len(name) for x, y, _, name in key}
    assert len(ends) == len(classes)
    assert max(ends.values()) <= 840
    for (x, y), end in ends.items():
        assert not [other for other in ends if other[1] == y and x < other[0] < end]
