"""Verbs that look after a store: what lies in it, what goes, two of them as one."""

from collections.abc import Iterable

from fercurate.api.arguments import PathLike, a_path
from fercurate.api.progress import Progress, listener
from fercurate.pipeline.care import compact, contents, merge, removal
from fercurate.pipeline.care.compact import CompactReport
from fercurate.pipeline.care.contents import RejectList, SourceList
from fercurate.pipeline.care.merge import MergeReport
from fercurate.pipeline.care.removal import RemoveReport, RemoveRequest
from fercurate.pipeline.defaults import DEFAULT_STORE


def list_sources(store: PathLike = DEFAULT_STORE) -> SourceList:
    """List what a store holds, source by source, as ``fercurate sources`` does.

    Args:
        store: the store.

    Raises:
        StoreError: it is missing or damaged.
    """
    return contents.list_sources(a_path(store, "store"))


def list_rejects(store: PathLike = DEFAULT_STORE, *, source: str = "") -> RejectList:
    """List what could not be ingested, and why, as ``fercurate rejects`` does.

    Args:
        store: the store.
        source: only those of one source.

    Raises:
        StoreError: the store is missing or damaged.
    """
    return contents.list_rejects(a_path(store, "store"), source)


def remove_samples(
    store: PathLike,
    *,
    source: str = "",
    ids: Iterable[str] | str = (),
    may_return: bool = False,
    dry_run: bool = False,
    progress: Progress | bool | None = None,
) -> RemoveReport:
    """Take a source or single samples out of a store for good, as ``fercurate remove`` does.

    Args:
        store: the store.
        source: all samples of this source, and its rejects.
        ids: single samples, by their ids.
        may_return: leave no tombstones: the same pictures may be ingested again.
        dry_run: say what would be removed, and touch nothing.
        progress: True for bars, or a callable that takes events; warnings come in any case.

    Raises:
        UsageError: neither a source nor ids are named, or both.
        InputError: the store has no such source or id; nothing is removed then.
        StoreError: the store is missing, busy or damaged.
    """
    named = (ids,) if isinstance(ids, str) else tuple(ids)
    request = RemoveRequest(a_path(store, "store"), source, named, may_return, dry_run)
    return removal.remove(request, listener(progress))


def compact_store(
    store: PathLike = DEFAULT_STORE, *, progress: Progress | bool | None = None
) -> CompactReport:
    """Drop the bytes of what was removed or superseded, as ``fercurate compact`` does.

    Args:
        store: the store.
        progress: True for bars, or a callable that takes events; warnings come in any case.

    Raises:
        StoreError: the store is missing, busy or damaged.
    """
    return compact.compact(a_path(store, "store"), listener(progress))


def merge_stores(
    first: PathLike,
    second: PathLike,
    *,
    into: PathLike,
    progress: Progress | bool | None = None,
) -> MergeReport:
    """Make one store of two, as ``fercurate merge`` does.

    Args:
        first: a store.
        second: another one.
        into: the new store.
        progress: True for bars, or a callable that takes events; warnings come in any case.

    Raises:
        ConflictError: the new store is there already, or an id stands for two things.
        StoreError: one of the stores is missing or damaged.
    """
    places = (a_path(first, "first"), a_path(second, "second"), a_path(into, "into"))
    return merge.merge(*places, listener(progress))
