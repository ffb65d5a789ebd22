"""Arrays of drawn pictures, and the files that hold them."""

from collections.abc import Callable
from pathlib import Path

import h5py
import numpy as np
import pytest
from numpy.typing import NDArray

from fercurate.errors import InputError
from fercurate.sources.arrays.source import Arrays
from fercurate.sources.registry import recognize
from tests.corpora import draw

NAMES = ("angry", "disgust", "fear", "happy", "sad", "surprise", "neutral")


@pytest.fixture
def pictures() -> Callable[..., NDArray[np.uint8]]:
    """So many different pictures of a shape."""
    return lambda count, shape=(48, 48): np.stack([draw(n, shape) for n in range(count)])


@pytest.fixture
def words() -> Callable[[int], NDArray[np.str_]]:
    """So many names of expressions."""
    return lambda count: np.array([NAMES[n % 7] for n in range(count)])


@pytest.fixture
def npz(tmp_path: Path) -> Callable[..., Path]:
    """Write a ``.npz`` of arrays by key."""

    def call(name: str = "faces.npz", *, packed: bool = False, **arrays: object) -> Path:
        save = np.savez_compressed if packed else np.savez
        save(tmp_path / name, **arrays)
        return tmp_path / name

    return call


@pytest.fixture
def npy(tmp_path: Path) -> Callable[..., Path]:
    """Write a folder of ``.npy`` files by path."""

    def call(root: str = "pairs", **arrays: object) -> Path:
        for name, array in arrays.items():
            path = tmp_path / root / f"{name.replace('__', '/')}.npy"
            path.parent.mkdir(parents=True, exist_ok=True)
            np.save(path, array, allow_pickle=False)
        return tmp_path / root

    return call


@pytest.fixture
def hdf5(tmp_path: Path) -> Callable[..., Path]:
    """Write an HDF5 file of datasets by path, and its attributes."""

    def call(name: str, arrays: dict, **attributes: object) -> Path:
        with h5py.File(tmp_path / name, "w") as file:
            for key, array in arrays.items():
                if isinstance(array, np.ndarray) and array.dtype.kind == "U":
                    file.create_dataset(key, data=array.astype(object), dtype=h5py.string_dtype())
                else:
                    file.create_dataset(key, data=array)
            for key, value in attributes.items():
                file.attrs[key] = value
        return tmp_path / name

    return call


@pytest.fixture
def refusal() -> Callable[[Path], str]:
    """What reading a path ends with."""

    def call(path: Path) -> str:
        def attempt() -> None:
            list(Arrays().read(recognize(path)[0], Arrays.options()))

        with pytest.raises(InputError) as caught:
            attempt()
        return caught.value.message

    return call
