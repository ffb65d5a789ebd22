"""The head of a data set's card on the Hugging Face Hub: YAML that ``datasets`` reads.

Written by hand, for it is small: every text in it is quoted as JSON, which YAML includes.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from fercurate.layouts.base import LayoutData, LayoutPlan, kept_splits

_SIZES = ((1000, "n<1K"), (10_000, "1K<n<10K"), (100_000, "10K<n<100K"), (1_000_000, "100K<n<1M"))


def card_head(
    data: LayoutData, plan: LayoutPlan, features: Mapping[str, Any], license_name: str
) -> str:
    """Return the head, from its first dashes to its last."""
    return "\n".join(_lines(data, plan, features, license_name)) + "\n\n"


def _lines(
    data: LayoutData, plan: LayoutPlan, features: Mapping[str, Any], license_name: str
) -> Iterator[str]:
    splits = kept_splits(data, plan)
    rows = sum(map(len, splits))
    size = next((text for most, text in _SIZES if rows < most), "1M<n<10M")
    yield from ("---", f"license: {license_name}")
    yield from (f"pretty_name: {json.dumps(data.name)}", "task_categories:")
    yield from ("- image-classification", "size_categories:", f"- {json.dumps(size)}")
    yield from ("dataset_info:", "  features:")
    for name, kind in features.items():
        yield f"  - name: {json.dumps(name)}"
        yield from _feature(kind)
    yield "  splits:"
    for split in splits:
        yield f"  - name: {plan.places[split.split]}"
        yield f"    num_examples: {len(split)}"
    yield from ("configs:", "- config_name: default", "  data_files:")
    for split in splits:
        place = plan.places[split.split]
        yield f"  - split: {place}"
        yield f"    path: data/{place}-*"
    yield "---"


def _feature(kind: Mapping[str, Any]) -> Iterator[str]:
    """The kind of a column, as the card spells it."""
    if kind["_type"] == "Image":
        yield "    dtype: image"
    elif kind["_type"] == "ClassLabel":
        yield from ("    dtype:", "      class_label:", "        names:")
        for code, name in enumerate(kind["names"]):
            yield f"          '{code}': {json.dumps(name)}"
    elif kind["_type"] == "Sequence":
        yield f"    sequence: {kind['feature']['dtype']}"
    else:
        yield f"    dtype: {kind['dtype']}"
