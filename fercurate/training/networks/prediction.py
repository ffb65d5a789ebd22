"""Tell the expressions of faces in pictures, folders of pictures, and videos.

    python predict.py CHECKPOINT portrait.jpg
    python predict.py CHECKPOINT holiday/ --yunet face_detection_yunet.onnx
    python predict.py CHECKPOINT clip.mp4 --every 5 --output annotated
    python predict.py CHECKPOINT faces/ --faces whole     # one face fills each picture

For each file an annotated copy is written, and for all of them one CSV: a row a face, with the
file, the frame and the face (both from 0), its box in pixels, the label, its chance, and the
chance of every class. Needs OpenCV besides what train.py needs. Sound is not copied.
"""

import argparse
import csv
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from ..shared.bounds import DefaultsShown, at_least
from ..shared.errors import ExportError
from ..shared.evaluation.trained_model import CheckpointFormat
from .drawing import Mark, annotate
from .faces import Box, Finder, FinderError, Picture, cut_face, make_finder
from .media import (
    MediaError,
    MediaItem,
    VideoReader,
    VideoWriter,
    check_targets,
    copies_of,
    gather_media,
    printable,
    read_picture,
    write_picture,
)
from .trained_network import TrainedNetwork

COLUMNS = ("file", "frame", "face", "left", "top", "width", "height", "label", "chance")


class RowWriter(Protocol):
    """What takes rows of a CSV."""

    def writerow(self, row: Iterable[Any], /) -> object:
        """Take one row."""


@dataclass(frozen=True)
class Prediction:
    """A face with the probabilities (classes,) of every class."""

    box: Box
    probabilities: NDArray[np.float64]

    @property
    def code(self) -> int:
        """The class with the highest probability."""
        return int(self.probabilities.argmax())


@dataclass(frozen=True)
class ExpressionReader:
    """Finds the faces of a picture and classifies them."""

    model: TrainedNetwork
    finder: Finder
    margin: float

    def __call__(self, picture: Picture) -> list[Prediction]:
        """Return the faces of a picture (H, W, 3), from left to right."""
        boxes = self.finder(picture)
        if not boxes:
            return []
        size, channels = self.model.size, self.model.channels
        parts = np.stack([cut_face(picture, box, self.margin, size, channels) for box in boxes])
        found = self.model.probabilities(parts)
        return [Prediction(box, row) for box, row in zip(boxes, found, strict=True)]

    def words(self, face: Prediction) -> str:
        """Label and its probability: ``happy 87%``."""
        return f"{self.model.classes[face.code]} {face.probabilities.max():.0%}"

    def draw(self, picture: Picture, faces: Sequence[Prediction]) -> Picture:
        """Return an annotated copy of a picture."""
        return annotate(picture, [Mark(one.box, self.words(one), one.code) for one in faces])

    def record(self, rows: RowWriter, path: Path, frame: int, faces: Sequence[Prediction]) -> None:
        """Write a row for each face."""
        for number, one in enumerate(faces):
            box = one.box
            place = (str(path), frame, number, box.left, box.top, box.width, box.height)
            label = self.model.classes[one.code]
            values = [f"{value:.6f}" for value in (one.probabilities.max(), *one.probabilities)]
            rows.writerow([*place, label, *values])


def arguments(
    checkpoints: CheckpointFormat[TrainedNetwork], given: Sequence[str] | None = None
) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        description=(__doc__ or "").partition("\n")[0],
        formatter_class=DefaultsShown,
    )
    add = parser.add_argument
    add("checkpoint", type=Path, help=f"{checkpoints.files} of train.py")
    add("inputs", type=Path, nargs="+", help="pictures, folders, videos")
    add(
        "--faces",
        choices=("auto", "whole", "haar", "yunet"),
        default="auto",
        help="auto: pictures of up to 96 pixels are faces; in others YuNet looks if given, or Haar",
    )
    add("--yunet", type=Path, help="YuNet's ONNX file")
    add("--margin", type=_share, default=0.0, help="share of a face's side added on every side")
    add("--every", type=at_least(1), default=1, help="judge only each such frame of a video")
    add("--output", type=Path, default=Path("predictions"), help="folder of the annotated copies")
    add("--csv", type=Path, help="default: predictions.csv in the folder")
    add("--overwrite", action="store_true", help="replace results that are there already")
    checkpoints.add_options(parser)
    options = parser.parse_intermixed_args(given)
    if options.yunet and options.faces in ("whole", "haar"):
        parser.error(f"--yunet does not go with --faces {options.faces}")
    return options


def _share(text: str) -> float:
    value = float(text)
    if not 0 <= value <= 2:
        raise argparse.ArgumentTypeError(f"{value}; expected 0 to 2")
    return value


def predict_script(
    checkpoints: CheckpointFormat[TrainedNetwork], given: Sequence[str] | None = None
) -> int:
    """Run the command line for the checkpoints of a framework; returns the exit status."""
    options = arguments(checkpoints, given)
    try:
        model = checkpoints.load(options.checkpoint, options)
        faults = predict_inputs(model, options)
    except (ExportError, FinderError, MediaError, OSError) as error:
        faults = [str(error)]
        print(f"error: {error}", file=sys.stderr)
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        return 130
    return 1 if faults else 0


def predict_inputs(model: TrainedNetwork, options: argparse.Namespace) -> list[str]:
    """Predict everything that was asked for; return what could not be, which has been printed."""
    reader = ExpressionReader(model, make_finder(options.faces, options.yunet), options.margin)
    if odd := unusual_steps(model.normalize):
        print(
            f"warning: the model knows pictures after {odd}, which are not done here: expect "
            "worse results",
            file=sys.stderr,
        )
    files, faults = gather_media(options.inputs, options.output)
    for fault in faults:
        print(f"error: {fault}", file=sys.stderr)
    if not files:
        return faults
    items = copies_of(files, options.inputs, options.output)
    table = options.csv or options.output / "predictions.csv"
    read = [*files, options.checkpoint, *([options.yunet] if options.yunet else [])]
    check_targets([*(one.target for one in items), table], read, overwrite=options.overwrite)
    options.output.mkdir(parents=True, exist_ok=True)
    with table.open("w", newline="", encoding="utf-8", errors="surrogateescape") as file:
        rows = csv.writer(file)
        rows.writerow([*COLUMNS, *model.classes])
        unread = predict_all(items, reader, rows, options.every)
    done = len(items) - len(unread)
    print(
        f"{done} of {len(items)} files; copies in {printable(options.output)}, {printable(table)}"
    )
    return faults + unread


def unusual_steps(normalize: Sequence[str]) -> str:
    """Name the steps of a recipe that ``cut_face`` does not do; empty if it does all of them."""
    usual = ("crop", "grayscale", "rgb", "resize")
    return ", ".join(step for step in normalize if step.partition("(")[0] not in usual)


def predict_all(
    items: Sequence[MediaItem], reader: ExpressionReader, rows: RowWriter, every: int
) -> list[str]:
    """Predict files one by one; report those that cannot be read and go on."""
    faults = []
    for item in items:
        try:
            words = (
                predict_video(item, reader, rows, every)
                if item.video
                else predict_picture(item, reader, rows)
            )
            print(f"{printable(item.path)}: {words}", flush=True)
        except MediaError as error:
            faults.append(str(error))
            print(f"error: {error}", file=sys.stderr)
    return faults


def predict_picture(item: MediaItem, reader: ExpressionReader, rows: RowWriter) -> str:
    """Predict a picture and write its annotated copy; return what was found, in words."""
    picture = read_picture(item.path)
    faces = reader(picture)
    write_picture(item.target, reader.draw(picture, faces))
    reader.record(rows, item.path, 0, faces)
    return ", ".join(reader.words(face) for face in faces) or "no face"


def predict_video(item: MediaItem, reader: ExpressionReader, rows: RowWriter, every: int) -> str:
    """Predict frames of a video and write it anew with annotations; return what was found.

    Frames in between show what was found last.
    """
    film = VideoReader(item.path)
    writer = VideoWriter(item.target, film.rate)
    count, total = 0, 0
    faces: list[Prediction] = []
    try:
        for count, frame in enumerate(film.frames(), start=1):
            if (count - 1) % every == 0:
                faces = reader(frame)
                reader.record(rows, item.path, count - 1, faces)
                total += len(faces)
            writer.write(reader.draw(frame, faces))
    finally:
        writer.close()
    return f"{count} frames, {-(-count // every)} of them judged, {total} faces"
