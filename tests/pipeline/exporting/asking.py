"""What to lay out, by the names of layouts; and what lies in a folder."""

from pathlib import Path
from typing import Any

from fercurate.files.folder import contents
from fercurate.pipeline.exporting.choice import chosen_layout
from fercurate.pipeline.exporting.export import LayoutRequest


def asked(export: Path, name: str, output: Path, **more: Any) -> LayoutRequest:
    layout, _ = chosen_layout(name, "", more.pop("settings", {}))
    return LayoutRequest(export, layout, output, **more)


def tree(folder: Path) -> dict[str, bytes]:
    return {n: b"" if n.endswith("/") else (folder / n).read_bytes() for n in contents(folder)}
