"""Checkpoints: Keras's own files with ``training.json`` inside, and reading them."""

import argparse
import json
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from ..networks.trained_network import TrainedNetwork, lacking, model_facts
from ..shared.errors import CheckpointError
from ..shared.evaluation.trained_model import CheckpointFormat, picture_kind
from ..shared.outputs import whole_file
from .loading import channels_last, probabilities_of

_FILES = "best.keras or last.keras"
_STATE = "training.json"
_LONGEST = 10_000_000


def add_options(_parser: argparse.ArgumentParser) -> None:
    """Add nothing: the backend alone knows where to compute."""


@dataclass(frozen=True)
class Classifier(TrainedNetwork):
    """A trained network.

    ``network`` takes pictures (B, size, size, channels), 0..255, to logits (B, classes); its first
    layer normalizes them by mean and standard deviation of its training pixels.
    """

    network: keras.Model

    def _probabilities(self, pictures: NDArray[np.uint8]) -> NDArray[np.float64]:
        return probabilities_of(self.network, channels_last(pictures), len(self.classes))


def save(path: Path, model: keras.Model, state: dict[str, Any]) -> None:
    """Write a model and what is known of it, whole or not at all.

    ``keras.saving.load_model`` reads such a file without these scripts: it is Keras's own ZIP
    archive with one file more.
    """
    aside = path.with_name(f"{path.stem}.new{path.suffix}")  # Keras goes by how a name ends
    with whole_file(path, aside) as staged:
        model.save(staged)
        with zipfile.ZipFile(staged, "a") as archive:
            archive.writestr(_STATE, json.dumps(state))


def read_state(path: Path) -> dict[str, Any]:
    """Return what ``save`` was told about a model.

    Raises:
        CheckpointError: the file is missing, damaged, or no checkpoint of train.py.
    """
    if not path.is_file():
        raise CheckpointError(f"{path}: no such file; train.py writes {_FILES}")
    try:
        with zipfile.ZipFile(path) as archive:
            if archive.getinfo(_STATE).file_size > _LONGEST:
                raise CheckpointError(f"{path}: no checkpoint of train.py")
            damaged = archive.testzip() is not None
            state = json.loads(archive.read(_STATE))
    except (zipfile.BadZipFile, zlib.error, RuntimeError, EOFError, KeyError, ValueError):
        raise CheckpointError(f"{path}: damaged, or no checkpoint of train.py") from None
    if damaged or lacking(state):
        raise CheckpointError(f"{path}: damaged, or no checkpoint of train.py")
    return dict(state)


def load_model(path: Path, _options: argparse.Namespace) -> Classifier:
    """Read a checkpoint as the command line says."""
    return load_classifier(path)


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
    try:
        return Classifier(path=path, network=network, **model_facts(state)).tried()
    except (ValueError, AttributeError, TypeError):
        raise CheckpointError(f"{path}: its network does not take {_kind(state)}") from None


def _kind(state: dict[str, Any]) -> str:
    return f"{picture_kind(state['size'], state['channels'])} pictures"


def first_line(error: Exception) -> str:
    """The first line of a message that says something; Keras's are long."""
    lines = [line.strip().rstrip(":") for line in str(error).splitlines()]
    return next((line for line in lines if line), type(error).__name__)[:160]


CHECKPOINTS = CheckpointFormat(_FILES, add_options, load_model)
"""What evaluate.py and predict.py read."""
