"""Vote sets as a store holds them: measurements of their own kinds, and FER+'s column."""

import hashlib
import json
from collections.abc import Sequence
from contextlib import suppress

import numpy as np
from numpy.typing import NDArray

from fercurate.domain.annotations.vote_set import ANSWERS, FERPLUS, SET_NAME, VoteKind, VoteSet
from fercurate.domain.lineage import LineageEntry
from fercurate.domain.measurement import Measured
from fercurate.domain.text import did_you_mean
from fercurate.errors import InputError, StoreError
from fercurate.store.store import Store

_MOST = 1 << 24
"""More votes than this, or millionths of them, are no number that a store keeps whole."""

LAYOUT = "votes"
"""What the lineage calls a change that added votes."""

_PREFIXES: dict[VoteKind, str] = {
    "counts": "votes.",
    "readers": "readers.",
    "shares": "shares.",
}
"""What kinds of measurements begin with that are votes; the name of the set follows."""


def measured_kind(name: str, kind: VoteKind) -> str:
    """The kind of measurement as which a set is stored: ``votes.crowd``, ``readers.crowd``."""
    return _PREFIXES[kind] + name


def content_method(
    kind: str, ids: NDArray[np.bytes_], columns: Sequence[str], values: NDArray[np.floating]
) -> str:
    """The name of a method that changes with the votes: ``votes.crowd-0123456789abcdef``.

    ``ids`` (M,) are those of the samples that ``values`` (M, K) are of, in any order.
    """
    digest = hashlib.sha256(json.dumps([kind, *columns]).encode())
    numbers = np.where(np.isnan(values), -1, values).astype("<i8")
    for row in np.argsort(ids):
        digest.update(bytes(ids[row]) + b"\0" + numbers[row].tobytes())
    return f"{kind}-{digest.hexdigest()[:16]}"


def vote_methods(store: Store) -> dict[str, tuple[VoteKind, str]]:
    """Kind and method by name of the sets that were added; of a name added twice, the last."""
    methods: dict[str, tuple[VoteKind, str]] = {}
    for measured, method in store.measured_kinds():
        for kind, prefix in _PREFIXES.items():
            name = measured.removeprefix(prefix)
            if measured.startswith(prefix) and SET_NAME.fullmatch(name):
                methods[name] = (kind, method)
    return dict(sorted(methods.items()))


def vote_set_names(store: Store) -> tuple[str, ...]:
    """The names of all sets, FER+'s first if anybody voted there."""
    own = (FERPLUS,) if store.votes.any() else ()
    return (*own, *vote_methods(store))


def read_vote_set(store: Store, name: str) -> VoteSet:
    """The votes of a set on all samples of a store.

    Raises:
        InputError: the store has no set of this name.
        StoreError: it holds what this version does not know.
    """
    if name == FERPLUS and store.votes.any():
        return _ferplus(store)
    kind, method = vote_methods(store).get(name, ("counts", ""))
    measured = store.measured(measured_kind(name, kind), method) if method else None
    if measured is None:
        known = vote_set_names(store)
        fix = "fercurate ingest fer2013new.csv" if name == FERPLUS else "fercurate votes add"
        raise InputError(
            f"no votes by the name {name!r}{did_you_mean(name, known)}",
            where=str(store.path),
            expected=f"one of {', '.join(known)}" if known else "",
            fix=f"Add them with: {fix}",
        )
    if kind == "readers":
        return VoteSet.of_codes(name, method, measured.columns, _codes(store, measured))
    return VoteSet(name, method, _counts(store, measured), kind=kind)


def _ferplus(store: Store) -> VoteSet:
    votes, rows = store.votes, np.flatnonzero(store.votes.any(axis=1))
    found = VoteSet.of_ferplus(votes, "")
    kind, ids = measured_kind(FERPLUS, "counts"), store.manifest.encoded("id")[rows]
    method = content_method(kind, ids, ANSWERS, found.counts[rows].astype(np.float64))
    return VoteSet.of_ferplus(votes, method)


def _codes(store: Store, measured: Measured) -> NDArray[np.int64]:
    """Answers (N, R) of the readers that are stored, -1 where one said nothing."""
    said = measured.known[:, None] & ~np.isnan(measured.values)
    codes = np.where(said, _whole(store, measured.values), -1).astype(np.int64)
    if codes.max(initial=-1) >= len(ANSWERS):
        raise _unknown(store, str(codes.max()))
    return codes


def _counts(store: Store, measured: Measured) -> NDArray[np.int64]:
    """Counts (N, 10), or shares, by answer of the columns that are stored."""
    counts = np.zeros((len(store), len(ANSWERS)), dtype=np.int64)
    for column in measured.columns:
        if column not in ANSWERS:
            raise _unknown(store, column)
        counts[:, ANSWERS.index(column)] = np.nan_to_num(_whole(store, measured.column(column)))
    return counts


def _whole(store: Store, values: NDArray[np.float32]) -> NDArray[np.float32]:
    """Numbers of votes, or codes, as they are, if they can be some; NaN where there is none."""
    told = values[~np.isnan(values)]
    if ((told < 0) | (told > _MOST) | (np.trunc(told) != told)).any():
        raise StoreError(
            "votes that are no whole numbers from 0 on",
            where=str(store.path),
            fix="Put back a copy of the store, or make it anew",
        )
    return values


def _unknown(store: Store, name: str) -> StoreError:
    return StoreError(
        f"votes for an answer that this version does not know ({name})",
        where=str(store.path),
        fix="Update fercurate to read them",
    )


def added_method(entry: LineageEntry) -> str:
    """The method of the votes that a change added; "" of another change."""
    return entry.options.get("method", "") if entry.layout == LAYOUT else ""


def written_readers(store: Store, votes: VoteSet) -> tuple[str, ...]:
    """The readers of a set as the table named them, which the lineage tells."""
    written: dict[str, str] = {}
    for entry in store.lineage:
        if added_method(entry) == votes.method:
            with suppress(ValueError, AttributeError):
                written |= json.loads(entry.options.get("readers", "{}"))
    return tuple(str(written.get(name, name)) for name in votes.readers)
