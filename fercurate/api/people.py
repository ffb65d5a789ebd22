"""Verbs of people who decide: by hand, files of several as one, agreement, transfer."""

from collections.abc import Iterable

from fercurate.api.arguments import PathLike, Paths, a_path, an_optional_path, some_paths
from fercurate.domain.decisions.history import DecisionHistory
from fercurate.errors import UsageError
from fercurate.pipeline.building.decision_files import read_decisions as read_files
from fercurate.pipeline.decisions import agreement, transfer, union
from fercurate.pipeline.decisions import decide as deciding
from fercurate.pipeline.decisions.agreement import AgreementReport
from fercurate.pipeline.decisions.decide import Answer, DecideReport, DecideRequest
from fercurate.pipeline.decisions.transfer import DecisionTransfer
from fercurate.pipeline.decisions.union import DecisionUnion
from fercurate.pipeline.defaults import DEFAULT_STORE


def decide(
    store: PathLike,
    ids: str | Iterable[str],
    *,
    label: str = "",
    question: str = "",
    answer: str = "",
    other: str = "",
    author: str = "",
    blind: bool = False,
    decisions: PathLike | None = None,
) -> DecideReport:
    """Decide on samples by hand, as ``fercurate decide`` does; all of it is written, or nothing.

    Args:
        store: the store.
        ids: the sample, or several.
        label: the expression that they show; or ``not_face``, ``unsure``, ``undo``.
        question: in place of a label: ``keep``, a criterion such as ``occluded``, ``same_picture``.
        answer: to the question: ``yes``, ``no``, ``unsure`` or ``undo``.
        other: for ``same_picture``: the id of the other sample.
        author: who decides; without it the user of this machine.
        blind: what stood there before was not looked at.
        decisions: the file to append to; without it the store's own.

    Raises:
        UsageError: an answer is none, or there is neither a label nor a question.
        InputError: the store has no such sample, or the file holds something else.
        StoreError: the store is missing or damaged.
    """
    if bool(label) == bool(question) or bool(question) != bool(answer):
        raise UsageError("name a label, or a question and an answer", where="decide")
    told = ("label", label) if label else (question, answer)
    named = (ids,) if isinstance(ids, str) else tuple(ids)
    request = DecideRequest(
        a_path(store, "store"),
        tuple(Answer(one, *told, other) for one in named),
        author,
        an_optional_path(decisions, "decisions"),
        "blind" if blind else "shown",
    )
    return deciding.decide(request)


def read_decisions(files: Paths) -> DecisionHistory:
    """Read files of decisions as one: the same for any order of them.

    Args:
        files: one file, or several.

    Raises:
        InputError: one is missing, or holds something else.
    """
    return read_files(some_paths(files, "files"))


def merge_decisions(files: Paths, *, into: PathLike, overwrite: bool = False) -> DecisionUnion:
    """Write the union of files of decisions, as ``fercurate decisions merge`` does.

    Args:
        files: one file, or several.
        into: the file to write; it may be one of them.
        overwrite: replace a file that is there already.

    Raises:
        ConflictError: the output is there already.
        InputError: a file is missing, or holds something else.
    """
    return union.merge_decisions(some_paths(files, "files"), a_path(into, "into"), overwrite)


def decision_agreement(files: Paths, *, store: PathLike | None = None) -> AgreementReport:
    """Tell how far authors agree, as ``fercurate decisions agreement`` does.

    Args:
        files: one file, or several.
        store: compare labels with the FER+ votes of this store, too.

    Raises:
        InputError: a file is missing, or holds something else.
        StoreError: the store is missing or damaged.
    """
    return agreement.agreement(some_paths(files, "files"), an_optional_path(store, "store"))


def apply_decisions(
    files: Paths,
    *,
    store: PathLike = DEFAULT_STORE,
    into: PathLike | None = None,
    dry_run: bool = False,
) -> DecisionTransfer:
    """Take over decisions made elsewhere, as ``fercurate decisions apply`` does.

    Args:
        files: one file, or several.
        store: the store whose samples they are about.
        into: the file to take them into; without it the store's own.
        dry_run: say what would be taken over, and touch nothing.

    Raises:
        InputError: a file is missing, or holds something else.
        StoreError: the store is missing or damaged.
    """
    places = some_paths(files, "files"), a_path(store, "store")
    return transfer.transfer_decisions(*places, an_optional_path(into, "into"), dry_run)
