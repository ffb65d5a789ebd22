"""What the papers of an export say is said by those of its bundle too: people, protocol."""

import json
from pathlib import Path
from zipfile import ZipFile

import pytest

from fercurate.pipeline.attributes.add import AddAttributesRequest, add_attributes
from fercurate.pipeline.building.build import BuildRequest, build
from fercurate.pipeline.bundle.assembling import build_bundle
from fercurate.pipeline.bundle.contents import BundleContents
from fercurate.pipeline.bundle.packing import BundleRequest, bundle
from fercurate.recipe.loader import parse_recipe
from fercurate.recipe.shipped import load_recipe
from fercurate.store.store import Store


@pytest.fixture
def exports(store: Path) -> tuple[Path, Path]:
    """An export with attributes and a protocol, and the one built from its bundle."""
    with Store.open(store) as opened:
        ids = opened.manifest.text("id").tolist()
    people = store.with_name("people.csv")
    people.write_text("id,gender\n" + "".join(f"{n},{'fm'[k % 2]}\n" for k, n in enumerate(ids)))
    add_attributes(AddAttributesRequest(store, people))
    text = load_recipe("fer2013_seven").text + "protocol: fer2013-official\n"
    export, again = store.with_name("export"), store.with_name("again")
    build(BuildRequest(parse_recipe(text, "r.yaml"), store, export, framework="none"))
    place = store.with_name("b.zip")
    bundle(BundleRequest(export, place, store))
    loaded = BundleContents.read(place).recipe
    build_bundle(place, BuildRequest(loaded, store, again, framework="none"))
    return export, again


def test_the_papers_say_the_same(exports: tuple[Path, Path]) -> None:
    first, again = (json.loads((folder / "summary.json").read_text()) for folder in exports)
    assert first["groups"]["gender"]["train"]["f"]
    assert again["groups"] == first["groups"]
    assert first["protocol"]["differences"]
    assert again["protocol"] == first["protocol"]
    tables = [(folder / "attributes.csv").read_bytes() for folder in exports]
    assert tables[0] == tables[1]


def test_a_bundle_has_the_counts_and_not_the_values(exports: tuple[Path, Path]) -> None:
    with ZipFile(exports[0].with_name("b.zip")) as packed:
        tables = {n: packed.read(n).decode() for n in packed.namelist() if n.endswith(".csv")}
        summary = json.loads(packed.read("summary.json"))
    assert summary["groups"]["gender"]["train"]["f"]
    assert "attributes.csv" not in tables
    assert not any("gender" in text for text in tables.values())
