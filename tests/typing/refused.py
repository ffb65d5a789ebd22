"""Mistakes that a type checker finds: each line names the error that it must give."""

from pathlib import Path

from fercurate.domain.sample import Sample
from fercurate.pipeline.building.build import BuildRequest
from fercurate.pipeline.ingest.request import IngestRequest
from fercurate.recipe.shipped import load_recipe
from fercurate.splits.base import Splitter
from fercurate.store.store import Store
from fercurate.transforms.base import Transform
from fercurate.transforms.chain import Chain

Store.open(7)  # arg-type
IngestRequest(Path("fer2013.csv"), Path("store.h5"))  # arg-type
BuildRequest("clean_seven", Path("store.h5"), Path("out"))  # arg-type
name = load_recipe("clean_seven").name  # attr-defined
load_recipe(7)  # arg-type
Chain(["grayscale"])  # arg-type
Splitter()  # abstract


class Nameless:
    """It has no ``kind`` and no ``label``."""

    def apply(self, batch: object) -> object:
        return batch


step: Transform = Nameless()  # assignment


def relabel(sample: Sample) -> None:
    sample.expression = "happy"  # misc
