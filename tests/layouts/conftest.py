"""Exports to lay out: seven classes, eight by votes, colored pictures, and derived rows."""

from collections.abc import Callable
from pathlib import Path

import pytest

from fercurate.pipeline.building.build import BuildRequest, build
from fercurate.pipeline.ingest.ingest import ingest
from fercurate.pipeline.ingest.request import IngestRequest
from fercurate.recipe.loader import parse_recipe
from fercurate.synthetic.affectnet import write_affectnet

Exports = Callable[[str], Path]

HEAD = "version: 1\nname: drawn\ndescription: for tests of layouts\nseed: 0\n"
NATIVE = "splits: {kind: native, train: [Training], val: [PublicTest], test: [PrivateTest]}\n"
RECIPES = {
    "seven": f"{HEAD}sources: [fer2013]\nlabels: {{scheme: seven}}\n{NATIVE}",
    "eight": (
        f"{HEAD}sources: [fer2013]\n"
        f"labels: {{scheme: eight, ferplus: {{mode: majority}}}}\n{NATIVE}"
    ),
    "derived": (
        f"{HEAD}sources: [fer2013]\nlabels: {{scheme: seven}}\n{NATIVE}"
        "balance: [{kind: smote, strategy: auto, k_neighbors: 2}]\n"
    ),
    "colored": (
        f"{HEAD}sources: [affectnet]\nlabels: {{scheme: eight}}\n"
        "splits: {kind: native, train: [Training], val: [Validation]}\n"
        "normalize: [{kind: rgb}, {kind: resize, size: 40}]\n"
    ),
}


@pytest.fixture(scope="session")
def exports(shared_store: Path, tmp_path_factory: pytest.TempPathFactory) -> Exports:
    """Build an export by the name of its recipe, once."""
    root = tmp_path_factory.mktemp("exports")
    stores = {"colored": root / "affectnet.h5"}

    def call(name: str) -> Path:
        output = root / name
        if not output.exists():
            store = stores.get(name, shared_store)
            if not store.exists():
                write_affectnet(root / "affectnet", per_class=4, seed=2, size=64)
                ingest(IngestRequest((root / "affectnet",), store))
            build(BuildRequest(parse_recipe(RECIPES[name], "drawn.yaml"), store, output))
        return output

    return call
