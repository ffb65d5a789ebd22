"""YuNet, a small network for finding faces, through OpenCV's ``FaceDetectorYN``.

Wu, Peng and Yu, "YuNet: a tiny millisecond-level face detector", Machine Intelligence
Research 2023. The ONNX file is not part of this package (see ``fercurate models``).
"""

import hashlib
import subprocess
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar

import cv2
import numpy as np
from numpy.typing import NDArray

from fercurate.errors import InputError
from fercurate.files.regular import open_regular
from fercurate.screening.base import Gray, Values, View
from fercurate.screening.face.base import FACE_COLUMNS, Face, face_values

SHORTEST, LONGEST = 96, 320
"""Pictures are enlarged until the shorter side has 96 pixels, and reduced until the longer has 320;
the second rule goes first. At 96 pixels FER-2013 took 0.6 ms a picture."""

MAX_BYTES = 16 * 2**20
"""A model file may have so many bytes; YuNet has 230,000."""

SHA256 = "ebafce4e3c118d6554634be5c27ab333b4c047a9a8c3faf1d7cf93101c22f0f0"
"""The digest of ``face_detection_yunet_2026may.onnx``, which is run without a trial."""

_LOWEST, _OVERLAP, _CANDIDATES = 0.05, 0.3, 50
_SIDE = 96
_ADVICE = "Get it with: fercurate models fetch yunet"
_PATIENCE = 60
_TRIAL = f"""
import sys
import cv2
import numpy as np
model = np.frombuffer(sys.stdin.buffer.read(), np.uint8)
try:
    found = cv2.FaceDetectorYN.create("onnx", model, np.empty(0, np.uint8), ({_SIDE}, {_SIDE}))
    for width in ({_SIDE}, {LONGEST}):
        found.setInputSize((width, {_SIDE}))
        found.detect(np.zeros(({_SIDE}, width, 3), np.uint8))
except cv2.error as error:
    sys.exit(print(error.err) or 1)
"""


class YuNet:
    """Finds the main face of a picture by the network in an ONNX file.

    The main face is the one with the largest score times the root of its area; what scores less
    than 0.05 is left out. Every thread has a network of its own.

    Raises:
        InputError: the file is missing, too large, or no face detector that OpenCV can run.
    """

    kind: ClassVar[str] = "face"
    view: ClassVar[View] = "whole"
    columns: ClassVar[tuple[str, ...]] = FACE_COLUMNS

    def __init__(self, path: Path) -> None:
        content = _read(path)
        digest = hashlib.sha256(content).hexdigest()
        if digest != SHA256:
            _try(content, path)
        self._model = np.frombuffer(content, dtype=np.uint8)
        self._own = threading.local()
        self._method = f"yunet-{digest[:8]}"

    @property
    def method(self) -> str:
        """Names the very file: another one measures anew."""
        return self._method

    def measure(self, pictures: Sequence[Gray]) -> Values:
        """Return the measurements (N, 17) float32 of N gray pictures of any sizes."""
        return face_values(self, pictures)

    def detect(self, picture: Gray) -> Face:
        """Return the main face of a gray picture (H, W) of at least one pixel."""
        size = _working_size(picture)
        smaller = size[0] < picture.shape[1]
        way = cv2.INTER_AREA if smaller else cv2.INTER_LINEAR
        image = cv2.cvtColor(cv2.resize(picture, size, interpolation=way), cv2.COLOR_GRAY2BGR)
        network = self._network()
        network.setInputSize(size)
        found = network.detect(image)[1]
        faces = np.asarray([] if found is None else found, dtype=np.float64).reshape(-1, 15)
        width, height = picture.shape[::-1]
        faces[:, :14] *= np.tile((width / size[0], height / size[1]), 7)
        return _main_face(faces, (width, height))

    def _network(self) -> cv2.FaceDetectorYN:
        """A network of this thread's own; one cannot be shared."""
        if not hasattr(self._own, "network"):
            self._own.network = cv2.FaceDetectorYN.create(
                "onnx",
                self._model,
                np.empty(0, dtype=np.uint8),
                (_SIDE, _SIDE),
                _LOWEST,
                _OVERLAP,
                _CANDIDATES,
            )
        network: cv2.FaceDetectorYN = self._own.network
        return network


def _read(path: Path) -> bytes:
    if not path.is_file():
        raise InputError("no such file", where=str(path), expected="YuNet's ONNX file", fix=_ADVICE)
    with open_regular(path) as file:
        content = file.read(MAX_BYTES + 1)
    if not 0 < len(content) <= MAX_BYTES:
        raise InputError(
            f"{path.stat().st_size:,} bytes",
            where=str(path),
            expected=f"YuNet's ONNX file, of 1 to {MAX_BYTES:,} bytes",
            fix=_ADVICE,
        )
    return content


def _try(content: bytes, path: Path) -> None:
    """Run an unknown model in a process of its own: a damaged one can crash OpenCV."""
    fault = _fault(content)
    if fault:
        raise InputError(
            f"OpenCV cannot run this as a face detector ({fault})",
            where=str(path),
            expected="YuNet as an ONNX file",
            fix=_ADVICE,
        )


def _fault(content: bytes) -> str:
    """Why OpenCV cannot run a model, or nothing."""
    command = [sys.executable, "-c", _TRIAL]
    try:
        done = subprocess.run(  # noqa: S603 - the program is our own text
            command, input=content, capture_output=True, timeout=_PATIENCE, check=False
        )
    except subprocess.TimeoutExpired:
        return f"no answer within {_PATIENCE} s"
    said = done.stdout.decode(errors="replace").strip()[:120]
    return (said or "it crashed") if done.returncode else ""


def _working_size(picture: Gray) -> tuple[int, int]:
    """Width and height at which faces are looked for."""
    height, width = picture.shape
    scale = min(max(1.0, SHORTEST / min(height, width)), LONGEST / max(height, width))
    return max(1, round(width * scale)), max(1, round(height * scale))


def _main_face(faces: NDArray[np.float64], size: tuple[int, int]) -> Face:
    """The main one of faces (M, 15), box, landmarks and score, in pixels of a picture (w, h).

    Boxes without an area, far larger than the picture, or with their center outside are no faces.
    """
    faces = faces[np.isfinite(faces).all(axis=1)]
    middle, extent = faces[:, :2] + faces[:, 2:4] / 2, faces[:, 2:4]
    sound = (extent > 0) & (extent < 4 * max(size)) & (middle >= 0) & (middle <= size)
    faces = faces[sound.all(axis=1)]
    if not len(faces):
        return Face(0.0)
    main = faces[(faces[:, 14] * np.sqrt(faces[:, 2] * faces[:, 3])).argmax()]
    return Face(float(np.clip(main[14], 0, 1)), tuple(main[:4]), tuple(main[4:14]))
