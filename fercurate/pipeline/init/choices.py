"""What is sensible for the sources of a store: which there are, and their native splits."""

from pathlib import Path

from fercurate.domain.expression import UNLABELED
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
    """
    if not store.is_file():
        return RecipeDraft(sources=sources or RecipeDraft().sources)
    with Store.open(store) as opened:
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
    if complete:
        return RecipeDraft(sources=draft.sources, native=native)
    return RecipeDraft(sources=draft.sources, splits="random")
