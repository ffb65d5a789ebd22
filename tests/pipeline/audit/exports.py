"""Exports of the three native splits of FER-2013, for audits of them."""

from pathlib import Path

from fercurate.pipeline.building.build import BuildRequest, build
from fercurate.recipe.loader import parse_recipe

RECIPE = """
version: 1
name: own
description: own
sources: [fer2013]
labels: {scheme: seven}
splits: {kind: native, train: [Training], val: [PublicTest], test: [PrivateTest]}
"""


def export(store: Path, output: Path, more: str = "") -> Path:
    build(BuildRequest(parse_recipe(RECIPE + more, "own"), store, output))
    return output
