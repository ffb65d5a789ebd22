"""The layouts by name."""

from fercurate.domain.text import did_you_mean
from fercurate.errors import UsageError
from fercurate.layouts.base import Layout
from fercurate.layouts.packed.fer_csv import FerCsv
from fercurate.layouts.packed.hugging_face import HuggingFace
from fercurate.layouts.packed.npz import NpzArrays
from fercurate.layouts.packed.web_dataset import WebDataset
from fercurate.layouts.trees.affectnet import AffectNetFolders
from fercurate.layouts.trees.cub import CubLists
from fercurate.layouts.trees.ferplus import FerPlusFolders
from fercurate.layouts.trees.image_folder import ImageFolder
from fercurate.layouts.trees.raf_basic import RafBasic
from fercurate.layouts.trees.tables import CsvTables, PictureLists

LAYOUTS: tuple[type[Layout], ...] = (
    ImageFolder,
    RafBasic,
    PictureLists,
    CubLists,
    CsvTables,
    FerCsv,
    AffectNetFolders,
    FerPlusFolders,
    HuggingFace,
    WebDataset,
    NpzArrays,
)
"""What ``--to``, and ``to`` in a recipe, may name."""


def layout_names() -> tuple[str, ...]:
    """The names of all layouts."""
    return tuple(layout.kind for layout in LAYOUTS)


def find_layout(name: str) -> type[Layout]:
    """The layout of a name.

    Raises:
        UsageError: there is none.
    """
    for layout in LAYOUTS:
        if layout.kind == name:
            return layout
    names = layout_names()
    raise UsageError(
        f"unknown layout {name!r}{did_you_mean(name, names)}", expected=f"one of {', '.join(names)}"
    )
