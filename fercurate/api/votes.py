"""Verbs on votes: sets of them by name, and how far those who voted agree."""

from fercurate.api.arguments import PathLike, a_path
from fercurate.api.progress import Progress, listener
from fercurate.errors import UsageError
from fercurate.pipeline.defaults import DEFAULT_STORE
from fercurate.pipeline.votes import add, agreement, listing
from fercurate.pipeline.votes.add import AddVotesReport, AddVotesRequest, vote_kind
from fercurate.pipeline.votes.agreement import VoteAgreement
from fercurate.pipeline.votes.listing import VoteSetList


def add_votes(
    store: PathLike,
    file: PathLike,
    *,
    name: str,
    kind: str | None = None,
    overwrite: bool = False,
    dry_run: bool = False,
    progress: Progress | bool | None = None,
) -> AddVotesReport:
    """Store a CSV of votes by name, as ``fercurate votes add`` does.

    Args:
        store: the store.
        file: the CSV, with a column ``id``, or a row for each sample in the order of the store.
        name: the set's name, which recipes ask for.
        kind: ``"counts"`` (a column an expression) or ``"readers"`` (a column a reader); without it
            the cells tell.
        overwrite: replace other votes of this name.
        dry_run: say what would be stored, and touch nothing.
        progress: True for bars, or a callable that takes events; warnings come in any case.

    Raises:
        UsageError: the name or the kind is none.
        InputError: the CSV is not as it should be, or an id is of no sample; nothing is stored.
        ConflictError: there are other votes by this name.
        StoreError: the store is missing, busy or damaged.
    """
    if not isinstance(name, str):
        raise UsageError(f"{name!r}", where="name", expected="text")
    places = a_path(store, "store"), a_path(file, "file")
    request = AddVotesRequest(*places, name, vote_kind(kind), overwrite, dry_run)
    return add.add_votes(request, listener(progress))


def list_votes(store: PathLike = DEFAULT_STORE) -> VoteSetList:
    """List the sets of votes in a store, as ``fercurate votes list`` does.

    Args:
        store: the store.

    Raises:
        StoreError: it is missing or damaged.
    """
    return listing.list_votes(a_path(store, "store"))


def vote_agreement(store: PathLike = DEFAULT_STORE, *, name: str = "") -> VoteAgreement:
    """Tell how far those who voted agree, as ``fercurate votes agreement`` does.

    Args:
        store: the store.
        name: one set; without it all of them.

    Raises:
        InputError: the store has no such set, or none at all.
        StoreError: it is missing or damaged.
    """
    return agreement.vote_agreement(a_path(store, "store"), name)
