"""Checkpoints: Keras's own files with ``training.json`` inside, and judging pictures with them."""

import json
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from training.export import LEGACY_FILE
from training.loading import channels_last, scores_of

_STATE = "training.json"
_NEEDED: dict[str, type] = {
    "settings": dict,
    "classes": list,
    "recipe_sha256": str,
    "mean": list,
    "std": list,
    "channels": int,
    "size": int,
}


class CheckpointError(Exception):
    """The checkpoint cannot be used; the message is one line and says what to do."""


def save(path: Path, model: keras.Model, state: dict[str, Any]) -> None:
    """Write a model and what is known of it beside its target, and put it in place at once.

    ``keras.saving.load_model`` reads such a file without these scripts: it is Keras's own ZIP
    archive with one file more.
    """
    beside = path.with_name(f"{path.stem}.new{path.suffix}")
    model.save(beside)
    with zipfile.ZipFile(beside, "a") as archive:
        archive.writestr(_STATE, json.dumps(state))
    beside.replace(path)


def read_state(path: Path) -> dict[str, Any]:
    """Return what ``save`` was told about a model.

    Raises:
        CheckpointError: the file is missing, damaged, or no checkpoint of train.py.
    """
    if not path.is_file():
        raise CheckpointError(f"{path}: no such file; train.py writes best.keras")
    try:
        with zipfile.ZipFile(path) as archive:
            damaged = archive.testzip() is not None
            state = json.loads(archive.read(_STATE))
    except (zipfile.BadZipFile, NotImplementedError, EOFError, KeyError, ValueError):
        raise CheckpointError(f"{path}: damaged, or no checkpoint of train.py") from None
    wrong = [name for name, kind in _NEEDED.items() if not isinstance(state.get(name), kind)]
    if damaged or wrong:
        raise CheckpointError(f"{path}: damaged, or no checkpoint of train.py")
    return dict(state)


@dataclass(frozen=True)
class Classifier:
    """A trained network, and what it was trained on.

    ``network`` takes pictures (B, size, size, channels), 0..255, to logits (B, classes); its first
    layer normalizes them by ``mean`` and ``std`` (channels,) of its training pixels.
    """

    path: Path
    model: str
    classes: tuple[str, ...]
    channels: int
    size: int
    recipe_sha256: str
    mean: tuple[float, ...]
    std: tuple[float, ...]
    network: keras.Model

    @property
    def takes(self) -> str:
        """The pictures it takes, in words: ``48x48 gray``."""
        return picture_kind(self.size, self.channels)

    def scores(self, pictures: NDArray[np.uint8]) -> NDArray[np.float64]:
        """Return the chance (N, classes) of every class, each row of sum 1.

        ``pictures`` (N, size, size), or (N, size, size, 3) in RGB, uint8.

        Raises:
            ValueError: the pictures are of another size or number of channels.
        """
        expected = (self.size, self.size) + ((3,) if self.channels == 3 else ())
        if pictures.shape[1:] != expected:
            raise ValueError(f"pictures of shape {pictures.shape[1:]}; expected {expected}")
        return scores_of(self.network, channels_last(pictures), len(self.classes))


def picture_kind(size: int, channels: int) -> str:
    """Size and color in words: ``48x48 gray``."""
    return f"{size}x{size} {'RGB' if channels == 3 else 'gray'}"


def load_classifier(path: Path) -> Classifier:
    """Read a checkpoint, ``best.keras`` or ``last.keras``.

    Nothing in the file is executed: Keras reads it in its safe mode.

    Raises:
        CheckpointError: it is missing, damaged, or no checkpoint of train.py.
    """
    state = read_state(path)
    keras.config.set_image_data_format("channels_last")
    try:
        network = keras.saving.load_model(path, compile=False, safe_mode=True)
    except Exception as error:  # noqa: BLE001  # a foreign file can make the reader raise anything
        raise CheckpointError(f"{path}: {first_line(error)}") from None
    mean, std = (tuple(float(value) for value in state[name]) for name in ("mean", "std"))
    return Classifier(
        path=path,
        model=str(state["settings"].get("model")),
        classes=tuple(str(name) for name in state["classes"]),
        channels=state["channels"],
        size=state["size"],
        recipe_sha256=state["recipe_sha256"],
        mean=mean,
        std=std,
        network=network,
    )


def own_export(path: Path, beside: Path) -> Path:
    """Return the export that a checkpoint lies in, at whatever depth, or else the one ``beside``.

    Raises:
        CheckpointError: neither is one.
    """
    for folder in (*path.resolve().parents, beside):
        if (folder / "train.h5").is_file() or (folder / LEGACY_FILE).is_file():
            return folder
    raise CheckpointError(f"{path}: lies in no export; name the folder of an export after it")


def first_line(error: Exception) -> str:
    """The first line of a message that says something; Keras's are long."""
    lines = [line.strip().rstrip(":") for line in str(error).splitlines()]
    return next((line for line in lines if line), type(error).__name__)[:160]
