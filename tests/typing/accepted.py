"""What a type checker sees of the package; checked, never run."""

from collections.abc import Iterator
from pathlib import Path
from typing import assert_type

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from fercurate.domain.lineage import LineageEntry
from fercurate.domain.manifest import Manifest
from fercurate.domain.plan import BuildPlan, SplitAssignment
from fercurate.domain.sample import Sample
from fercurate.pipeline.building.build import BuildReport, BuildRequest, build
from fercurate.pipeline.ingest.ingest import ingest
from fercurate.pipeline.ingest.report import IngestReport
from fercurate.pipeline.ingest.request import IngestRequest
from fercurate.pipeline.stats.class_balance import ClassBalance
from fercurate.pipeline.stats.stats import measure_balance
from fercurate.planning.evidence import Evidence
from fercurate.planning.plan import plan_build
from fercurate.recipe.loader import LoadedRecipe
from fercurate.recipe.model import Recipe
from fercurate.recipe.shipped import load_recipe
from fercurate.splits.base import SplitEvidence, Splitter
from fercurate.splits.registry import SPLITTERS
from fercurate.store.store import Store
from fercurate.transforms.base import Transform
from fercurate.transforms.chain import Chain
from fercurate.transforms.geometry import Grayscale, Resize


def of_a_store(path: Path) -> None:
    with Store.open(path) as store:
        assert_type(store, Store)
        assert_type(len(store), int)
        assert_type(store.manifest, Manifest)
        assert_type(store.manifest.to_frame(), pd.DataFrame)
        assert_type(store.manifest.text("expression"), NDArray[np.object_])
        assert_type(store.manifest.numbers("width"), NDArray[np.int64])
        assert_type(store.images([0, 1]), list[NDArray[np.uint8]])
        assert_type(store.images(np.arange(3)), list[NDArray[np.uint8]])
        assert_type(store.votes, NDArray[np.uint8])
        assert_type(store.rejects(), Iterator[tuple[str, str, int, str, str]])
        assert_type(store.lineage, tuple[LineageEntry, ...])
    assert_type(measure_balance(path), ClassBalance)


def of_a_build(store: Path, output: Path, evidence: Evidence) -> None:
    loaded = load_recipe("clean_seven")
    assert_type(loaded, LoadedRecipe)
    assert_type(loaded.recipe, Recipe)
    assert_type(loaded.recipe.name, str)
    assert_type(loaded.recipe.splits, Splitter)
    assert_type(plan_build(evidence, loaded.recipe), BuildPlan)
    assert_type(build(BuildRequest(loaded, store, output)), BuildReport)
    assert_type(ingest(IngestRequest((output,), store)), IngestReport)


def of_a_sample(sample: Sample) -> None:
    assert_type(sample.pixels, NDArray[np.uint8])
    assert_type(sample.votes, tuple[int, ...] | None)


def of_steps(evidence: SplitEvidence, pictures: list[NDArray[np.uint8]]) -> None:
    steps: tuple[Transform, ...] = (Grayscale(), Resize(48))
    assert_type(Chain(steps).apply(pictures), NDArray[np.uint8])
    assert_type(SPLITTERS, tuple[type[Splitter], ...])
    splitter: Splitter = SPLITTERS[0]()
    assert_type(splitter.assign(evidence), SplitAssignment)
    assert_type(splitter.assign_folds(evidence), NDArray[np.int64])
