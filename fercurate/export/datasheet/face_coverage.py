"""What a datasheet says of faces: of how many samples they are known, where a step needs them."""

from collections.abc import Mapping
from typing import Any

from fercurate.export.datasheet.markdown import markdown_table


def face_coverage(pictures: Mapping[str, Any]) -> list[str]:
    """Return the section as lines of Markdown; none if no step needs to know the face."""
    faces = pictures.get("faces")
    if not faces:
        return []
    rows = [
        [name, f"{counts['known']:,}", f"{counts['samples']:,}", _share(counts)]
        for group in ("by_source", "by_class")
        for name, counts in faces[group].items()
    ]
    step = pictures["without_face"]
    return [
        "## Faces",
        "",
        f"`{step['step']}` goes by the {step['needed']} of a face, where they are known.",
        "",
        *markdown_table(["source or class", "known", "samples", "share"], rows),
        *_residual(faces.get("residual", {})),
    ]


def _residual(residual: Mapping[str, float]) -> list[str]:
    if not residual:
        return []
    return [
        f"Five points stay {residual['median']} pixels (root mean square, median; 90 %: "
        f"{residual['p90']}) from those of the template, in its square of 112.",
        "",
    ]


def _share(counts: Mapping[str, int]) -> str:
    return f"{100 * counts['known'] / max(counts['samples'], 1):.1f} %"
