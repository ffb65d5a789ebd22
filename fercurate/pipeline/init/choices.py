"""What is sensible for the sources of a store: which there are, and their native splits."""

from dataclasses import replace
from pathlib import Path

from fercurate.domain.expression import UNLABELED
from fercurate.domain.text import did_you_mean
from fercurate.errors import UsageError
from fercurate.pipeline.init.draft import RecipeDraft
from fercurate.store.store import Store

_ROLES: dict[str, tuple[str, ...]] = {
    "train": ("Training",),
    "val": ("PublicTest", "Validation"),
    "test": ("PrivateTest", "Test"),
}


def sensible_draft(store: Path, sources: tuple[str, ...] = ()) -> RecipeDraft:
    """A draft for some sources, or all, of a store; as for FER-2013 where there is no store.

    Raises:
        StoreError: the store is damaged.
        UsageError: it holds no such source.
    """
    if not store.is_file():
        return RecipeDraft(sources=sources or RecipeDraft().sources)
    with Store.open(store) as opened:
        _refuse_unknown(opened, sources)
        manifest = opened.manifest
        labeled = manifest.text("expression") != UNLABELED
        names = manifest.text("source")
        splits = manifest.text("native_split")
        chosen = sources or tuple(sorted(set(names[labeled].tolist())))
        there = {source: set(splits[(names == source) & labeled].tolist()) for source in chosen}
    native = {
        role: [name for name in wanted if any(name in told for told in there.values())]
        for role, wanted in _ROLES.items()
    }
    complete = all(native.values()) and all("" not in told for told in there.values())
    draft = RecipeDraft(sources=chosen or RecipeDraft().sources)
    return replace(draft, native=native) if complete else replace(draft, splits="random")


def _refuse_unknown(store: Store, sources: tuple[str, ...]) -> None:
    known = sorted(set(store.manifest.text("source").tolist()))
    for source in sources:
        if source not in known:
            near = did_you_mean(source, known)
            raise UsageError(
                f"no source {source!r} in {store.path.name}{near}",
                where="--sources",
                expected=f"some of {', '.join(known)}",
                fix="See them with: fercurate sources",
            )
