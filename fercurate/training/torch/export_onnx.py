"""Write a checkpoint of train.py as ONNX, which OpenCV and many other programs run.

    python export_onnx.py best.pt
    python export_onnx.py best.pt --output face.onnx

Input ``pictures``: (N, C, size, size) float32, 0..255, in RGB where C is 3; normalization is part
of the graph. Output ``chances``: (N, classes) float32. The metadata holds ``classes`` (a JSON list
in the order of the output), ``size``, ``channels``, ``model`` and ``recipe_sha256``. In OpenCV:

    network = cv2.dnn.readNetFromONNX("best.onnx")
    network.setInput(cv2.dnn.blobFromImages(faces, swapRB=True))
    chances = network.forward()

Needs the package onnx besides what train.py needs.
"""

import argparse
import importlib
import io
import json
import os
import sys
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from ..shared.errors import CheckpointError, ExportError
from ..shared.outputs import check_output, whole_file
from .checkpoint import CHECKPOINTS, Classifier, load_classifier

OPSET = 13
"""The version of ONNX's operators; OpenCV runs it since 4.5."""

TOLERANCE = 1e-4
"""Probabilities may differ by so much from PyTorch's."""


class DifferenceError(Exception):
    """OpenCV computes something else from the file than PyTorch; the message is one line."""


def arguments(given: Sequence[str] | None = None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("checkpoint", type=Path, help=f"{CHECKPOINTS.files} of train.py")
    parser.add_argument("--output", type=Path, help="default: beside the checkpoint, as .onnx")
    return parser.parse_args(given)


def main(given: Sequence[str] | None = None) -> int:
    """Run the command line; returns the exit status."""
    options = arguments(given)
    output = options.output or options.checkpoint.with_suffix(".onnx")
    try:
        check_output(output, ".onnx")
        classifier = load_classifier(options.checkpoint, "cpu")
        content = onnx_bytes(classifier)
        checked = check_in_opencv(content, classifier)
        write(output, content)
    except (ExportError, DifferenceError, OSError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    print(f"{output}: {classifier.model}, {classifier.takes}, {len(content):,} bytes; {checked}")
    return 0


def write(output: Path, content: bytes) -> None:
    """Write the file, whole or not at all."""
    with whole_file(output) as staged:
        staged.write_bytes(content)


def onnx_bytes(classifier: Classifier) -> bytes:
    """Return a classifier as an ONNX file.

    PyTorch's older exporter is used: it needs the package onnx only, and its graph is for an
    operator set that more programs run.

    Raises:
        CheckpointError: the package onnx is missing.
    """
    onnx: Any = _module("onnx")
    if onnx is None:
        raise CheckpointError("export_onnx.py needs the package onnx: pip install onnx")
    network = nn.Sequential(classifier.network, nn.Softmax(dim=1)).eval()
    buffer = io.BytesIO()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that it is the older one
        torch.onnx.export(
            network,
            (torch.from_numpy(trial_pictures(classifier, 2)),),
            buffer,  # type: ignore[arg-type]  # it takes files, as its older form says
            dynamo=False,
            opset_version=OPSET,
            input_names=["pictures"],
            output_names=["chances"],
            dynamic_axes={"pictures": {0: "batch"}, "chances": {0: "batch"}},
        )
    made = onnx.load_from_string(buffer.getvalue())
    without_identities(made.graph)
    onnx.helper.set_model_props(made, metadata(classifier))
    onnx.checker.check_model(made)
    return bytes(made.SerializeToString())


def metadata(classifier: Classifier) -> dict[str, str]:
    """What the file says of itself."""
    return {
        "classes": json.dumps(list(classifier.classes)),
        "size": str(classifier.size),
        "channels": str(classifier.channels),
        "input": "RGB, 0..255" if classifier.channels == 3 else "gray, 0..255",
        "model": classifier.model,
        "recipe_sha256": classifier.recipe_sha256,
        "normalize": json.dumps(list(classifier.normalize)),
    }


def without_identities(graph: Any) -> None:
    """Remove the nodes by which the exporter shares equal weights among layers.

    OpenCV 4.14 takes a bias that comes through one for something else, and from the second
    picture of a batch on its results are noise.
    """
    source: dict[str, str] = {}
    kept = []
    for node in graph.node:
        node.input[:] = [source.get(name, name) for name in node.input]
        if node.op_type == "Identity":
            source[node.output[0]] = node.input[0]
        else:
            kept.append(node)
    del graph.node[:]
    graph.node.extend(kept)


def check_in_opencv(content: bytes, classifier: Classifier) -> str:
    """Run an ONNX file in OpenCV and compare it with PyTorch; return what came out, in words.

    Batches of one and of several pictures are run, in turn: programs do both.

    Raises:
        DifferenceError: the probabilities differ, or OpenCV cannot run the file.
    """
    os.environ.setdefault("OPENCV_LOG_LEVEL", "SILENT")
    cv2: Any = _module("cv2")
    if cv2 is None:
        return "not checked in OpenCV, which is not installed"
    worst = 0.0
    try:
        network = cv2.dnn.readNetFromONNX(np.frombuffer(content, dtype=np.uint8))
        for count in (1, 5, 3):
            pictures = trial_pictures(classifier, count)
            network.setInput(pictures)
            worst = max(worst, difference(network.forward(), pictures, classifier))
    except cv2.error as error:
        reason = " ".join(str(error).split())[:200]
        raise DifferenceError(f"OpenCV {cv2.__version__} cannot run it: {reason}") from None
    if worst > TOLERANCE:
        raise DifferenceError(
            f"OpenCV {cv2.__version__} computes chances that differ by {worst:.1e} from PyTorch's"
        )
    return f"OpenCV {cv2.__version__} agrees to {worst:.0e}"


def difference(
    found: NDArray[np.float32], pictures: NDArray[np.float32], classifier: Classifier
) -> float:
    """Return the largest difference from PyTorch's probabilities; infinite if there is nonsense."""
    with torch.inference_mode():
        expected = torch.softmax(classifier.network(torch.from_numpy(pictures)), dim=1).numpy()
    if found.shape != expected.shape or not np.isfinite(found).all():
        return float("inf")
    return float(np.abs(found - expected).max())


def trial_pictures(classifier: Classifier, count: int) -> NDArray[np.float32]:
    """Return smooth random pictures (count, channels, size, size) float32, 0..255."""
    rng = np.random.default_rng(count)
    coarse = rng.uniform(0, 255, (count, classifier.channels, 6, 6)).astype(np.float32)
    size = (classifier.size, classifier.size)
    fine = nn.functional.interpolate(torch.from_numpy(coarse), size, mode="bilinear")
    return np.asarray(fine.numpy(), dtype=np.float32)


def _module(name: str) -> Any | None:
    """A module, or None where it is not installed."""
    try:
        return importlib.import_module(name)
    except ImportError:
        return None
