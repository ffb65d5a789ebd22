"""Parquet files of drawn pictures; without PyArrow there are none."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.corpora import draw, encode


@pytest.fixture
def images() -> Callable[[int], list[dict[str, object]]]:
    """So many values of an image column as Hugging Face writes them."""
    return lambda count: [{"bytes": encode(draw(n)), "path": f"{n}.png"} for n in range(count)]


@pytest.fixture
def parquet(tmp_path: Path) -> Callable[..., Path]:
    """Write a table; ``names`` are those of the codes in the column ``label``."""
    pytest.importorskip("pyarrow")
    import pyarrow
    from pyarrow.parquet import write_table

    def call(name: str, columns: dict, names: list[str] | None = None, **options: object) -> Path:
        table = pyarrow.table(columns)
        if names is not None:
            feature = {"names": names, "_type": "ClassLabel"}
            info = {"info": {"features": {"label": feature}}}
            table = table.replace_schema_metadata({"huggingface": json.dumps(info)})
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        write_table(table, path, **options)
        return path

    return call
