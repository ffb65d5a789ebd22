"""What a datasheet says of labels that were changed on purpose."""

from collections.abc import Mapping
from typing import Any

from fercurate.export.datasheet.markdown import markdown_table


def noise_section(noise: Mapping[str, Any]) -> list[str]:
    """Return the section as lines of Markdown; none if no label was changed."""
    if not noise:
        return []
    classes = list(noise["by_class"])
    rows = [
        [
            name,
            counts["samples"],
            counts["changed"],
            f"{100 * counts['changed'] / max(counts['samples'], 1):.1f} %",
            *(counts["to"].get(other, 0) for other in classes),
        ]
        for name, counts in noise["by_class"].items()
    ]
    return [
        "## Label noise",
        "",
        f"Labels of train were changed on purpose: {noise['kind']}, rate {noise['rate']:g}, seed "
        f"{noise['seed']}. {noise['changed']:,} of {noise['samples']:,} are now another class "
        f"({100 * noise['realized_rate']:.2f} %). The column `true_label` has what they were.",
        "",
        *markdown_table(
            ["class", "samples", "changed", "share", *(f"to {one}" for one in classes)], rows
        ),
    ]
