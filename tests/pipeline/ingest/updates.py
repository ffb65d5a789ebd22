"""A tree of pictures that changes, and a store that follows it."""

from pathlib import Path
from typing import Any

from fercurate.pipeline.events import Event, Notice
from fercurate.pipeline.ingest.ingest import ingest
from fercurate.pipeline.ingest.report import CorpusReport
from fercurate.pipeline.ingest.request import IngestRequest
from fercurate.store.store import Store
from tests.corpora import SMALL, draw, plant

TREE = {
    f"train/{name}/{n}.png": 10 * place + n
    for place, name in enumerate(("happy", "sad", "fear"))
    for n in range(4)
}
Facts = dict[str, tuple[str, bytes]]


class Ingest:
    """Ingests into one store, and keeps what was said."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.said: list[str] = []

    def __call__(self, folder: Path, **options: Any) -> CorpusReport:
        self.said.clear()
        return ingest(IngestRequest((folder,), self.path, **options), self._hear).corpora[0]

    def _hear(self, event: Event) -> None:
        if isinstance(event, Notice) and "update: " in event.text:
            self.said.append(event.text.partition("update: ")[2])

    def update(self, folder: Path, **options: Any) -> CorpusReport:
        return self(folder, update=True, **options)


def facts(path: Path) -> Facts:
    """Label and picture of every sample, by id."""
    with Store.open(path) as store:
        pictures = [image.tobytes() for image in store.images(range(len(store)))]
        texts = [store.manifest.text(name).tolist() for name in ("id", "expression")]
    return {name: (label, one) for name, label, one in zip(*texts, pictures, strict=True)}


def contents(path: Path) -> dict[Path, bytes]:
    return {one: one.read_bytes() for one in path.parent.rglob("*") if one.is_file()}


def in_store(tree: dict[str, int]) -> Facts:
    """What a store of a tree holds."""
    return {
        f"folder:{name}": (name.split("/")[1], draw(number, SMALL).tobytes())
        for name, number in tree.items()
    }


def change(folder: Path) -> dict[str, int]:
    """Two new pictures, three changed, two gone."""
    new = {"train/sad/new.png": 90, "test/sad/new.png": 91}
    changed = {f"train/happy/{n}.png": 60 + n for n in range(3)}
    for name in ("train/fear/3.png", "train/fear/0.png"):
        (folder / name).unlink()
    plant(folder, new | changed)
    left = {name: number for name, number in TREE.items() if (folder / name).exists()}
    return left | changed | new
