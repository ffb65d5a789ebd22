"""Exports read by programs that know nothing of fercurate."""

import json
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from fercurate.pipeline.building.build import BuildRequest, build
from fercurate.recipe.shipped import load_recipe

LOAD = """
import json, sys
from datasets import load_dataset
found = load_dataset("hdf5", data_files={"train": sys.argv[1]}, cache_dir=sys.argv[2])["train"]
row = found[0]
print(json.dumps([len(found), sorted(found.column_names), row["labels"], len(row["images"])]))
"""


@pytest.fixture(scope="module")
def export(shared_store: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    output = tmp_path_factory.mktemp("export") / "o"
    build(BuildRequest(load_recipe("modified_fer"), shared_store, output))
    return output


@pytest.mark.skipif(find_spec("datasets") is None, reason="needs the package datasets")
def test_hugging_face_datasets_reads_a_split_file(export: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-c", LOAD, str(export / "train.h5"), str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    rows, columns, label, side = json.loads(done.stdout.splitlines()[-1])
    assert (rows, side) == (560, 48)
    assert {"images", "labels", "sample_id", "op", "parent_a", "votes"} <= set(columns)
    assert 0 <= label < 7


def test_h5py_reads_it_as_the_format_says(export: Path) -> None:
    code = (
        "import h5py, sys; f = h5py.File(sys.argv[1]); "
        "print(f['images'].shape, f['images'].dtype, f['labels'].dtype, "
        "list(f.attrs['class_names'])[:2], f['op'].asstr()[0])"
    )
    command = [sys.executable, "-c", code, str(export / "train.h5")]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "(560, 48, 48) uint8 int64 ['angry', 'disgust'] original"
