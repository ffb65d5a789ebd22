"""Verbs that follow a recipe: load one, preview its steps, build its export."""

from collections.abc import Sequence

from fercurate.api.arguments import (
    PathLike,
    Paths,
    a_choice,
    a_cluster,
    a_face_model,
    a_number,
    a_path,
    an_optional_path,
    some_jobs,
    some_paths,
)
from fercurate.api.progress import Progress, listener
from fercurate.errors import UsageError
from fercurate.export.folder import RECIPE_FILE
from fercurate.export.hdf5 import LAYOUTS
from fercurate.export.scripts import FRAMEWORKS
from fercurate.pipeline.building import build as building
from fercurate.pipeline.building.build import BuildReport, BuildRequest
from fercurate.pipeline.bundle.assembling import build_bundle
from fercurate.pipeline.bundle.contents import BundleContents
from fercurate.pipeline.defaults import (
    DEFAULT_STORE,
    PREVIEW_BOUNDS,
    PREVIEW_PER_CLASS,
    export_folder,
    preview_folder,
)
from fercurate.pipeline.preview import preview as previewing
from fercurate.pipeline.preview.preview import PreviewReport, PreviewRequest
from fercurate.recipe import shipped
from fercurate.recipe.loader import LoadedRecipe, parse_recipe

AnyRecipe = LoadedRecipe | PathLike
"""A recipe that was loaded, or what ``load_recipe`` takes."""


def load_recipe(recipe: PathLike) -> LoadedRecipe:
    """Find and check a recipe.

    Args:
        recipe: its name (``fercurate recipes`` lists them), its path, or its text: whatever has
            more than one line is text.

    Returns:
        The recipe with its text; ``loaded.recipe`` are its checked values.

    Raises:
        UsageError: it cannot be found.
        InputError: it cannot be read.
        RecipeError: it has faults; all of them are listed, each with its line.
    """
    if isinstance(recipe, str) and "\n" in recipe:
        return parse_recipe(recipe, RECIPE_FILE)
    return shipped.load_recipe(str(a_path(recipe, "recipe")))


def preview(
    recipe: AnyRecipe,
    *,
    store: PathLike = DEFAULT_STORE,
    ids: str | Sequence[str] = (),
    per_class: int = PREVIEW_PER_CLASS,
    output: PathLike | None = None,
    overwrite: bool = False,
    face_model: PathLike | None = None,
    jobs: int = 0,
    progress: Progress | bool | None = None,
) -> PreviewReport:
    """Draw contact sheets of what every step of a recipe does, as ``fercurate preview`` does.

    Args:
        recipe: a loaded recipe, or its name, path or text.
        store: the store to draw samples from.
        ids: show these samples; without them ``per_class`` of each class of train are drawn.
        per_class: samples of each class to show, 1..50.
        output: the folder to write; default ``data/processed/preview-<recipe name>``.
        overwrite: replace a preview that is there already.
        face_model: YuNet's ONNX file; without it a fetched one, else Haar cascades.
        jobs: workers; 0 means one a core. The result is the same for any number.
        progress: True for bars, or a callable that takes events; warnings come in any case.

    Raises:
        UsageError, RecipeError: an argument is wrong, or the recipe has faults.
        ConflictError: the folder holds something that is not to be replaced.
        InputError: no sample has such an id, or the store lacks what the recipe needs.
        StoreError: the store is missing, busy or damaged.
    """
    loaded = _loaded(recipe)
    request = PreviewRequest(
        recipe=loaded,
        store=a_path(store, "store"),
        output=an_optional_path(output, "output") or preview_folder(loaded.recipe.name),
        ids=(ids,) if isinstance(ids, str) else tuple(ids),
        per_class=a_number(per_class, "per_class", *PREVIEW_BOUNDS),
        overwrite=overwrite,
        jobs=some_jobs(jobs),
        face_model=a_face_model(face_model),
    )
    return previewing.preview(request, listener(progress))


def build(
    recipe: AnyRecipe = "",
    *,
    bundle: PathLike | None = None,
    store: PathLike = DEFAULT_STORE,
    output: PathLike | None = None,
    layout: str = LAYOUTS[0],
    framework: str = FRAMEWORKS[0],
    decisions: Paths = (),
    face_model: PathLike | None = None,
    overwrite: bool = False,
    jobs: int = 0,
    cluster: str = "",
    work_dir: PathLike | None = None,
    shard: str = "",
    seal: bool = False,
    dry_run: bool = False,
    progress: Progress | bool | None = None,
) -> BuildReport:
    """Build a documented HDF5 training set from a recipe, as ``fercurate build`` does.

    The folder appears whole or not at all; the same store and recipe give the same bytes.

    Args:
        recipe: a loaded recipe, or its name, path or text.
        bundle: in place of a recipe: a bundle, whose export is made from your own copies;
            ``report.matches`` says how many pictures are equal, nearly equal or missing.
        store: the store to build from.
        output: the folder to write; default ``data/processed/<recipe name>``.
        layout: ``"standard"``, or ``"legacy"``: one ``data.h5`` with ``Training_pixel`` and so on.
        framework: training scripts for ``"torch"``, ``"keras"`` or ``"sklearn"``.
        decisions: files of decisions in place of those that the recipe names.
        face_model: YuNet's ONNX file; without it a fetched one, else Haar cascades.
        overwrite: replace an export that is there already.
        jobs: workers; 0 means one a core. The result is the same for any number.
        cluster: run on ``"local:4"``, ``"tcp://host:8786"``, ``"tls://host:8786"`` or
            ``"file:scheduler.json"`` (Dask; guard a script with ``if __name__ == "__main__"``).
        work_dir: a folder that all machines of the cluster share; default beside the store.
        shard: do only one part, ``"3/16"``, and seal it in the work folder: ``PartDone`` is raised.
        seal: go on from what all parts have sealed.
        dry_run: only plan it: the report has the counts, and nothing is written.
        progress: True for bars, or a callable that takes events; warnings come in any case.

    Raises:
        UsageError, RecipeError: an argument is wrong, or the recipe has faults.
        ConflictError: the folder holds something that is not to be replaced.
        InputError: the store lacks what the recipe needs.
        StoreError, ExportError: a missing or damaged store, a busy output.
        EngineError: the cluster does not answer, or cannot do the work.
        PartDone: a part was asked for, and is sealed.
    """
    packed = an_optional_path(bundle, "bundle")
    if (packed is None) == (recipe == ""):
        raise UsageError("name a recipe, or a bundle", where="build")
    loaded = _loaded(recipe) if packed is None else BundleContents.read(packed).recipe
    request = BuildRequest(
        recipe=loaded,
        store=a_path(store, "store"),
        output=an_optional_path(output, "output") or export_folder(loaded.recipe.name),
        layout=a_choice(layout, "layout", LAYOUTS),
        overwrite=overwrite,
        jobs=some_jobs(jobs),
        dry_run=dry_run,
        framework=a_choice(framework, "framework", FRAMEWORKS),
        face_model=a_face_model(face_model),
        cluster=a_cluster(cluster, work_dir, shard, seal=seal),
        decisions=() if decisions == () else some_paths(decisions, "decisions"),
    )
    if packed is not None and request.decisions:
        raise UsageError("a bundle brings its own decisions", where="build")
    if packed is not None and request.cluster:
        raise UsageError("a bundle is built on this machine", where="cluster")
    if packed is not None:
        return build_bundle(packed, request, listener(progress))
    return building.build(request, listener(progress))


def _loaded(recipe: AnyRecipe) -> LoadedRecipe:
    return recipe if isinstance(recipe, LoadedRecipe) else load_recipe(recipe)
