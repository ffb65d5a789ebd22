"""What a datasheet says of the people in an export, by the attributes that its corpora give."""

from collections.abc import Mapping, Sequence
from typing import Any

from fercurate.export.datasheet.markdown import markdown_table, plain_text

NOT_GIVEN = "not given"


def group_section(groups: Mapping[str, Any], classes: Sequence[str]) -> list[str]:
    """Return the section as lines of Markdown; none if the corpora give no attribute."""
    if not groups:
        return []
    lines = [
        "## People",
        "",
        "Samples by what the corpora, or whoever added it, say of the people in them. Nothing was "
        "guessed from a picture.",
        "",
    ]
    for name, splits in groups.items():
        rows = [
            [
                plain_text(split),
                plain_text(value) or NOT_GIVEN,
                *(counts[c] for c in classes),
                sum(counts.values()),
            ]
            for split, values in splits.items()
            for value, counts in values.items()
        ]
        lines += markdown_table(["split", plain_text(name), *classes, "all"], rows)
    return lines
