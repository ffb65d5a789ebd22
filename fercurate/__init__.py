"""Dataset curation and augmentation for facial-expression recognition.

The door for Python: every public name, loaded when it is first asked for, so that
``import fercurate`` takes no time. ``docs/python.md`` shows each at work.

Verbs: ``inspect``, ``ingest``, ``count_classes``, ``filter_store``, ``audit``, ``preview``,
``build``, ``lay_out``; ``trace``, ``verify``, ``rebuild``, ``diff``, ``bundle``. Readers:
``load_recipe``, ``read_export``, ``read_images``, ``Store``, ``plot_class_balance``. Others take
care of stores, keep predictions, votes and decisions, fetch and send objects of a store elsewhere
(``fetch_objects``, ``send_objects``), or are what these take, give and raise.

Inside, from what stands above to what stands below (``architecture.md``):

    __main__     python -m fercurate
    cli          the command line
    api          the door for Python
    web          the review page: a server for one person on this machine
    pipeline     the shell, a folder a verb
    planning     what a build decides: pure
    report       drawing for people
    recipe       YAML to a checked recipe
    export       the files of a data set, and its papers
    store        samples and measurements on disk
    sources      readers of corpora
    screening    what can be wrong with a picture
    transforms   what happens to pixels
    balance      which rows a split holds
    splits       who stands in which split
    layouts      how an export is laid out for a trainer
    synthetic    drawn faces and small corpora
    files        files written whole, locked, decoded, bounded
    domain       types
    training     the kit that lies beside an export
    errors       the error tree
"""

__version__ = "1.0.0"

TYPE_CHECKING = False
"""True for type checkers and editors, as ``typing.TYPE_CHECKING``, which takes time to import."""

if TYPE_CHECKING:
    from fercurate.api.annotations import (
        add_attributes,
        add_votes,
        list_attributes,
        list_votes,
        vote_agreement,
    )
    from fercurate.api.care import (
        compact_store,
        list_rejects,
        list_sources,
        merge_stores,
        remove_samples,
    )
    from fercurate.api.exports import Export, ExportSplit, read_export
    from fercurate.api.ingest import ingest, inspect
    from fercurate.api.layouts import lay_out
    from fercurate.api.objects import fetch_objects, send_objects
    from fercurate.api.people import (
        apply_decisions,
        decide,
        decision_agreement,
        merge_decisions,
        read_decisions,
    )
    from fercurate.api.predictions import add_predictions, list_predictions, show_predictions
    from fercurate.api.progress import Progress
    from fercurate.api.proof import bundle, diff, list_samples, read_funnel, rebuild, trace, verify
    from fercurate.api.recipes import build, load_recipe, preview
    from fercurate.api.stored import (
        audit,
        count_classes,
        filter_store,
        plot_class_balance,
        read_images,
    )
    from fercurate.domain.decisions.decision import Decision
    from fercurate.domain.decisions.history import DecisionHistory
    from fercurate.domain.manifest import Manifest
    from fercurate.errors import (
        ConflictError,
        EngineError,
        ExportError,
        FercurateError,
        FercurateWarning,
        InputError,
        PartDone,
        RecipeError,
        StoreBusyError,
        StoreError,
        StrictError,
        UsageError,
        WhereError,
    )
    from fercurate.pipeline.attributes.add import AddAttributesReport
    from fercurate.pipeline.attributes.listing import AttributeList
    from fercurate.pipeline.audit.report import AuditReport
    from fercurate.pipeline.building.build import BuildReport
    from fercurate.pipeline.bundle.packing import BundleReport
    from fercurate.pipeline.care.compact import CompactReport
    from fercurate.pipeline.care.contents import RejectList, SourceList
    from fercurate.pipeline.care.merge import MergeReport
    from fercurate.pipeline.care.removal import RemoveReport
    from fercurate.pipeline.decisions.agreement import AgreementReport
    from fercurate.pipeline.decisions.decide import DecideReport
    from fercurate.pipeline.decisions.transfer import DecisionTransfer
    from fercurate.pipeline.decisions.union import DecisionUnion
    from fercurate.pipeline.diff.report import DiffReport
    from fercurate.pipeline.events import Advanced, Finished, Notice, Started
    from fercurate.pipeline.exporting.export import LayoutReport
    from fercurate.pipeline.filter.verdicts import FilterReport
    from fercurate.pipeline.ingest.report import CorpusReport, IngestReport
    from fercurate.pipeline.inspect.inspect import PathReport
    from fercurate.pipeline.predictions.add import AddedPredictions
    from fercurate.pipeline.predictions.report import PredictionReport
    from fercurate.pipeline.predictions.stored import PredictionList
    from fercurate.pipeline.preview.preview import PreviewReport
    from fercurate.pipeline.rebuild.rebuild import RebuildReport
    from fercurate.pipeline.stats.class_balance import ClassBalance
    from fercurate.pipeline.stats.funnel import Funnel
    from fercurate.pipeline.trace.listing import SampleList
    from fercurate.pipeline.trace.report import TraceReport
    from fercurate.pipeline.verify.findings import VerifyReport
    from fercurate.pipeline.votes.add import AddVotesReport
    from fercurate.pipeline.votes.agreement import VoteAgreement
    from fercurate.pipeline.votes.listing import VoteSetList
    from fercurate.recipe.loader import LoadedRecipe
    from fercurate.recipe.model import Recipe
    from fercurate.store.store import Store

__all__ = [
    "AddAttributesReport",
    "AddVotesReport",
    "AddedPredictions",
    "Advanced",
    "AgreementReport",
    "AttributeList",
    "AuditReport",
    "BuildReport",
    "BundleReport",
    "ClassBalance",
    "CompactReport",
    "ConflictError",
    "CorpusReport",
    "DecideReport",
    "Decision",
    "DecisionHistory",
    "DecisionTransfer",
    "DecisionUnion",
    "DiffReport",
    "EngineError",
    "Export",
    "ExportError",
    "ExportSplit",
    "FercurateError",
    "FercurateWarning",
    "FilterReport",
    "Finished",
    "Funnel",
    "IngestReport",
    "InputError",
    "LayoutReport",
    "LoadedRecipe",
    "Manifest",
    "MergeReport",
    "Notice",
    "PartDone",
    "PathReport",
    "PredictionList",
    "PredictionReport",
    "PreviewReport",
    "Progress",
    "RebuildReport",
    "Recipe",
    "RecipeError",
    "RejectList",
    "RemoveReport",
    "SampleList",
    "SourceList",
    "Started",
    "Store",
    "StoreBusyError",
    "StoreError",
    "StrictError",
    "TraceReport",
    "UsageError",
    "VerifyReport",
    "VoteAgreement",
    "VoteSetList",
    "WhereError",
    "__version__",
    "add_attributes",
    "add_predictions",
    "add_votes",
    "apply_decisions",
    "audit",
    "build",
    "bundle",
    "compact_store",
    "count_classes",
    "decide",
    "decision_agreement",
    "diff",
    "fetch_objects",
    "filter_store",
    "ingest",
    "inspect",
    "lay_out",
    "list_attributes",
    "list_predictions",
    "list_rejects",
    "list_samples",
    "list_sources",
    "list_votes",
    "load_recipe",
    "merge_decisions",
    "merge_stores",
    "plot_class_balance",
    "preview",
    "read_decisions",
    "read_export",
    "read_funnel",
    "read_images",
    "rebuild",
    "remove_samples",
    "send_objects",
    "show_predictions",
    "trace",
    "verify",
    "vote_agreement",
]

if not TYPE_CHECKING:  # a checker that saw it would believe in every name

    def __getattr__(name: str) -> object:
        """Load a public name when it is first asked for, and keep it."""
        from importlib import import_module  # noqa: PLC0415

        from fercurate.api.homes import HOME  # noqa: PLC0415

        if name not in HOME:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        value = getattr(import_module(f"{__name__}.{HOME[name]}"), name)
        globals()[name] = value
        return value


def __dir__() -> list[str]:
    """Name what is public, and nothing else."""
    return sorted(__all__)
