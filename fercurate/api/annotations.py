"""Verbs on what is told of samples: votes, by name, and attributes of the people in pictures."""

from collections.abc import Mapping, Sequence
from typing import Any

from fercurate.api.arguments import PathLike, a_label_map, a_path, some_names
from fercurate.api.progress import Progress, listener
from fercurate.errors import UsageError
from fercurate.pipeline.attributes import add as adding
from fercurate.pipeline.attributes import listing as attribute_listing
from fercurate.pipeline.attributes.add import AddAttributesReport, AddAttributesRequest
from fercurate.pipeline.attributes.listing import AttributeList
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
    columns: Sequence[str] = (),
    label_map: str | Mapping[Any, str] = "",
    skip_missing: bool = False,
    overwrite: bool = False,
    dry_run: bool = False,
    progress: Progress | bool | None = None,
) -> AddVotesReport:
    """Store a CSV of votes by name, as ``fercurate votes add`` does.

    Args:
        store: the store.
        file: the CSV, with a column ``id`` or ``file``, or a row for each sample in the order of
            the store.
        name: the set's name, which recipes ask for.
        kind: ``"counts"`` or ``"shares"`` (a column an expression) or ``"readers"`` (a column a
            reader); without it the cells tell.
        columns: the columns of votes; all of them without any.
        label_map: what codes of readers mean: a name, ``"0=angry,1=happy"``, or a mapping.
        skip_missing: leave out rows of no stored sample, and count them.
        overwrite: replace other votes of this name.
        dry_run: say what would be stored, and touch nothing.
        progress: True for bars, or a callable that takes events; warnings come in any case.

    Raises:
        UsageError: the name, the kind, a column or the label map is none.
        InputError: the CSV is not as it should be, or a row is of no sample; nothing is stored.
        ConflictError: there are other votes by this name.
        StoreError: the store is missing, busy or damaged.
    """
    if not isinstance(name, str):
        raise UsageError(f"{name!r}", where="name", expected="text")
    places = a_path(store, "store"), a_path(file, "file")
    request = AddVotesRequest(
        *places,
        name,
        vote_kind(kind),
        overwrite=overwrite,
        dry_run=dry_run,
        columns=some_names(columns, "columns"),
        label_map=a_label_map(label_map, "label_map"),
        skips_missing=skip_missing,
    )
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


def add_attributes(
    store: PathLike,
    file: PathLike,
    *,
    columns: Sequence[str] = (),
    skip_missing: bool = False,
    dry_run: bool = False,
    progress: Progress | bool | None = None,
) -> AddAttributesReport:
    """Store a CSV of attributes, as ``fercurate attributes add`` does.

    Args:
        store: the store.
        file: the CSV, with a column ``id`` or ``file``, or a row for each sample in the order of
            the store.
        columns: the columns to read; all of them without any.
        skip_missing: leave out rows of no stored sample, and count them.
        dry_run: say what would be stored, and touch nothing.
        progress: True for bars, or a callable that takes events; warnings come in any case.

    Raises:
        UsageError: ``columns`` are no names.
        InputError: the CSV is not as it should be, or a row is of no sample; nothing is stored.
        StoreError: the store is missing, busy or damaged.
    """
    places = a_path(store, "store"), a_path(file, "file")
    request = AddAttributesRequest(*places, some_names(columns, "columns"), skip_missing, dry_run)
    return adding.add_attributes(request, listener(progress))


def list_attributes(store: PathLike = DEFAULT_STORE) -> AttributeList:
    """List the attributes of a store, as ``fercurate attributes list`` does.

    Args:
        store: the store.

    Raises:
        StoreError: it is missing or damaged.
    """
    return attribute_listing.list_attributes(a_path(store, "store"))
