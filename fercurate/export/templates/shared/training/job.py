"""Which export these scripts were written for. ``fercurate build`` fills in the two constants."""

from training.export import Export, ExportError

RECIPE_SHA256 = ""
CLASSES: tuple[str, ...] = ()


def check_job(export: Export) -> None:
    """Refuse an export of another recipe, or one whose classes stand in another order.

    Raises:
        ExportError: it is not the export that these scripts came with.
    """
    if CLASSES and export.classes != CLASSES:
        raise ExportError(
            f"{export.folder}: classes {', '.join(export.classes)}; these scripts were built for "
            f"{', '.join(CLASSES)}: use the scripts beside the export"
        )
    if RECIPE_SHA256 and export.recipe_sha256 != RECIPE_SHA256:
        raise ExportError(
            f"{export.folder}: built from another recipe than these scripts; use the scripts "
            "beside the export"
        )
