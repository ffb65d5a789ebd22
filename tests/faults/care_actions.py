"""What is interrupted of remove, compact, merge and update: how it begins, and what it leaves."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np

from fercurate.errors import ConflictError, InputError
from fercurate.pipeline.care.compact import compact
from fercurate.pipeline.care.merge import merge
from fercurate.pipeline.care.removal import RemoveRequest, remove
from fercurate.pipeline.ingest.ingest import ingest
from fercurate.pipeline.ingest.request import IngestRequest
from fercurate.pipeline.measure.measure import MeasureRequest, measure
from fercurate.screening.exposure import Exposure
from fercurate.store.store import Store
from fercurate.store.writer import open_writer

State = tuple[object, ...]


@dataclass(frozen=True)
class Places:
    """Where the two corpora lie, the store as it is before each try, and the one that is tried."""

    corpora: Path
    base: Path
    run: Path

    @property
    def store(self) -> Path:
        return self.run / "store.h5"

    @property
    def changed(self) -> Path:
        """A later state of the second corpus."""
        return self.base.with_name("changed") / "second"


@dataclass(frozen=True)
class CareAction:
    """An action, what makes the base that it needs, and the state that it must leave."""

    act: Callable[[], None]
    set_up: Callable[[], None]
    state: Callable[[], object]
    result: Path


def care_actions(at: Places) -> dict[str, CareAction]:
    """All of them, by name."""
    store, merged = at.store, at.run / "merged.h5"
    whole = partial(care_state, store)
    return {
        "remove": CareAction(partial(_remove, at), partial(_strip, at), whole, store),
        "compact": CareAction(partial(_compact, at), partial(_before_compact, at), whole, store),
        "merge": CareAction(
            partial(_merge, at), partial(_before_merge, at), partial(merged_state, at), merged
        ),
        "update": CareAction(
            partial(_update, at), partial(_before_update, at), partial(seen, store), store
        ),
    }


def _remove(at: Places) -> None:
    try:
        remove(RemoveRequest(at.store, ids=_some_ids(at.base / "store.h5")))
    except InputError:  # the run before was killed when all was done
        _sweep(at.store)


def _compact(at: Places) -> None:
    compact(at.store)


def _merge(at: Places) -> None:
    try:
        merge(at.store, at.run / "other.h5", at.run / "merged.h5")
    except ConflictError:  # the run before was killed when all was done
        _sweep(at.run / "merged.h5")


def _update(at: Places) -> None:
    ingest(IngestRequest((at.changed,), at.store, update=True))


def _strip(at: Places) -> None:
    """Leave out what these actions do not look at."""
    for name in ("out", "looks"):
        shutil.rmtree(at.base / name)


def _before_compact(at: Places) -> None:
    """Samples to drop, votes that others replaced, measurements to be renumbered."""
    _strip(at)
    store = at.base / "store.h5"
    with Store.open(store) as opened:
        measure(opened, MeasureRequest((Exposure(),), jobs=1)).close()
    with open_writer(store, "votes") as writer:
        writer.set_votes(np.arange(20), np.full((20, 10), 3, dtype=np.uint8))
        writer.commit(writer.lineage[0])
    remove(RemoveRequest(store, ids=_some_ids(store)))


def _before_merge(at: Places) -> None:
    """Another store: with samples of its own, some that are shared, and tombstones."""
    _strip(at)
    other = at.base / "other.h5"
    ingest(IngestRequest((at.corpora / "second", at.corpora / "first"), other))
    remove(RemoveRequest(other, ids=_some_ids(other)[:5]))


def _before_update(at: Places) -> None:
    """The second corpus, stored; then pictures of it that are new, changed and gone."""
    _strip(at)
    ingest(IngestRequest((at.corpora / "second",), at.base / "store.h5"))
    shutil.copytree(at.corpora / "second", at.changed)
    pictures = sorted(at.changed.rglob("*.png"))
    for number, path in enumerate(pictures[:-1]):
        if number % 8 == 0:
            path.unlink()
        elif number % 4 == 2:
            path.rename(path.with_name(f"new_{number}.png"))
            shutil.copy(pictures[number + 1], path)


def _some_ids(store: Path) -> tuple[str, ...]:
    """Every third sample."""
    with Store.open(store) as opened:
        return tuple(opened.manifest.text("id")[::3])


def _sweep(store: Path) -> None:
    """What the next change of a store does first."""
    with open_writer(store, "sweep"):
        pass


def seen(path: Path) -> State:
    """What a store shows."""
    with Store.open(path) as store:
        total = sum(int(image.sum()) for image in store.images(range(len(store))))
        return len(store), store.digest(), total


def care_state(path: Path) -> State:
    """What a store shows, what is not to come back, and the parts byte for byte."""
    with Store.open(path) as store:
        parts = [(part.kind, part.rows, part.sha256) for part in store.head.parts]
        return seen(path), sorted(store.tombstones), parts


def merged_state(at: Places) -> State:
    """The new store, if there is one; the two must stay as they are."""
    merged = at.run / "merged.h5"
    old = {
        path: path.read_bytes()
        for path in sorted(at.run.rglob("*"))
        if path.is_file() and not path.relative_to(at.run).parts[0].startswith(merged.name)
    }
    return care_state(merged) if merged.exists() else None, old
