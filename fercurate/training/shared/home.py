"""The export that scripts lie beside, which is the one that they were written for."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from .errors import ExportError

if TYPE_CHECKING:  # a script says what is missing before NumPy and h5py are imported
    from .export import Export


@dataclass(frozen=True)
class HomeExport:
    """The folder of an export, the SHA-256 of its recipe (hex), and its classes in their order.

    ``fercurate build`` writes them into each script; empty ones are not compared.
    """

    folder: Path
    recipe_sha256: str = ""
    classes: tuple[str, ...] = ()

    def check(self, export: "Export") -> None:
        """Refuse an export of another recipe, or one whose classes stand in another order.

        Raises:
            ExportError: it is not the export that the scripts came with.
        """
        if self.classes and export.classes != self.classes:
            raise ExportError(
                f"{export.folder}: classes {', '.join(export.classes)}; these scripts were built "
                f"for {', '.join(self.classes)}: use the scripts beside the export"
            )
        if self.recipe_sha256 and export.recipe_sha256 != self.recipe_sha256:
            raise ExportError(
                f"{export.folder}: built from another recipe than these scripts; use the scripts "
                "beside the export"
            )
