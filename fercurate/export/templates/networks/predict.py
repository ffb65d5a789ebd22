"""Tell the expressions of faces in pictures, folders of pictures, and videos.

    python predict.py CHECKPOINT portrait.jpg
    python predict.py CHECKPOINT holiday/ --yunet face_detection_yunet.onnx
    python predict.py CHECKPOINT clip.mp4 --every 5 --output annotated
    python predict.py CHECKPOINT faces/ --faces whole     # one face fills each picture

For each file an annotated copy is written, and for all of them one CSV: a row a face, with the
file, the frame and the face (both from 0), its box in pixels, the label, its chance, and the
chance of every class. Needs OpenCV besides what train.py needs. Sound is not copied.
"""

import training  # noqa: F401  # isort: skip  # first: says what is not installed

import argparse
import csv
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from training.checkpoint import CHECKPOINT, add_options, load_judge
from training.classifier import NetworkJudge
from training.drawing import Mark, annotated
from training.export import ExportError
from training.faces import Box, Finder, FinderError, Picture, cut, make_finder
from training.media import (
    Film,
    FilmWriter,
    Item,
    MediaError,
    check_targets,
    gather,
    placed,
    read_picture,
    shown,
    write_picture,
)
from training.numbers import at_least

COLUMNS = ("file", "frame", "face", "left", "top", "width", "height", "label", "chance")


class Rows(Protocol):
    """What takes rows of a CSV."""

    def writerow(self, row: Iterable[Any], /) -> object:
        """Take one row."""


@dataclass(frozen=True)
class Judged:
    """A face with the chances (classes,) of every class."""

    box: Box
    chances: NDArray[np.float64]

    @property
    def code(self) -> int:
        """The class with the highest chance."""
        return int(self.chances.argmax())


@dataclass(frozen=True)
class FaceReader:
    """Finds the faces of a picture and classifies them."""

    classifier: NetworkJudge
    finder: Finder
    margin: float

    def __call__(self, picture: Picture) -> list[Judged]:
        """Return the faces of a picture (H, W, 3), from left to right."""
        boxes = self.finder(picture)
        if not boxes:
            return []
        size, channels = self.classifier.size, self.classifier.channels
        parts = np.stack([cut(picture, box, self.margin, size, channels) for box in boxes])
        chances = self.classifier.scores(parts)
        return [Judged(box, row) for box, row in zip(boxes, chances, strict=True)]

    def words(self, face: Judged) -> str:
        """Label and chance: ``happy 87%``."""
        return f"{self.classifier.classes[face.code]} {face.chances.max():.0%}"

    def draw(self, picture: Picture, faces: Sequence[Judged]) -> Picture:
        """Return an annotated copy of a picture."""
        return annotated(picture, [Mark(one.box, self.words(one), one.code) for one in faces])

    def record(self, rows: Rows, path: Path, frame: int, faces: Sequence[Judged]) -> None:
        """Write a row for each face."""
        for number, one in enumerate(faces):
            box = one.box
            place = (str(path), frame, number, box.left, box.top, box.width, box.height)
            label = self.classifier.classes[one.code]
            chances = [f"{chance:.6f}" for chance in (one.chances.max(), *one.chances)]
            rows.writerow([*place, label, *chances])


def arguments(given: list[str] | None = None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        description=(__doc__ or "").partition("\n")[0],
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )
    add = parser.add_argument
    add("checkpoint", type=Path, help=f"{CHECKPOINT} of train.py")
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
    add_options(parser)
    options = parser.parse_intermixed_args(given)
    if options.yunet and options.faces in ("whole", "haar"):
        parser.error(f"--yunet does not go with --faces {options.faces}")
    return options


def _share(text: str) -> float:
    value = float(text)
    if not 0 <= value <= 2:
        raise argparse.ArgumentTypeError(f"{value}; expected 0 to 2")
    return value


def main(given: list[str] | None = None) -> int:
    """Run the command line; returns the exit status."""
    options = arguments(given)
    try:
        faults = run(options)
    except (ExportError, FinderError, MediaError, OSError) as error:
        faults = [str(error)]
        print(f"error: {error}", file=sys.stderr)
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        return 130
    return 1 if faults else 0


def run(options: argparse.Namespace) -> list[str]:
    """Judge everything that was asked for; return what could not be, which has been printed."""
    classifier = load_judge(options.checkpoint, options)
    reader = FaceReader(classifier, make_finder(options.faces, options.yunet), options.margin)
    if odd := unusual_steps(classifier.normalize):
        print(
            f"warning: the model knows pictures after {odd}, which are not done here: expect "
            "worse results",
            file=sys.stderr,
        )
    files, faults = gather(options.inputs, options.output)
    for fault in faults:
        print(f"error: {fault}", file=sys.stderr)
    if not files:
        return faults
    items = placed(files, options.inputs, options.output)
    table = options.csv or options.output / "predictions.csv"
    read = [*files, options.checkpoint, *([options.yunet] if options.yunet else [])]
    check_targets([*(one.target for one in items), table], read, overwrite=options.overwrite)
    options.output.mkdir(parents=True, exist_ok=True)
    with table.open("w", newline="", encoding="utf-8", errors="surrogateescape") as file:
        rows = csv.writer(file)
        rows.writerow([*COLUMNS, *classifier.classes])
        unread = judge_all(items, reader, rows, options.every)
    done = len(items) - len(unread)
    print(f"{done} of {len(items)} files; copies in {shown(options.output)}, {shown(table)}")
    return faults + unread


def unusual_steps(normalize: Sequence[str]) -> str:
    """Name the steps of a recipe that ``cut`` does not do; empty if it does all of them."""
    usual = ("crop", "grayscale", "rgb", "resize")
    return ", ".join(step for step in normalize if step.partition("(")[0] not in usual)


def judge_all(items: Sequence[Item], reader: FaceReader, rows: Rows, every: int) -> list[str]:
    """Judge files one by one; report those that cannot be read and go on."""
    faults = []
    for item in items:
        try:
            words = (
                judge_video(item, reader, rows, every)
                if item.video
                else judge_picture(item, reader, rows)
            )
            print(f"{shown(item.path)}: {words}", flush=True)
        except MediaError as error:
            faults.append(str(error))
            print(f"error: {error}", file=sys.stderr)
    return faults


def judge_picture(item: Item, reader: FaceReader, rows: Rows) -> str:
    """Judge a picture and write its annotated copy; return what was found, in words."""
    picture = read_picture(item.path)
    faces = reader(picture)
    write_picture(item.target, reader.draw(picture, faces))
    reader.record(rows, item.path, 0, faces)
    return ", ".join(reader.words(face) for face in faces) or "no face"


def judge_video(item: Item, reader: FaceReader, rows: Rows, every: int) -> str:
    """Judge frames of a video and write it anew with annotations; return what was found.

    Frames in between show what was found last.
    """
    film = Film(item.path)
    writer = FilmWriter(item.target, film.rate)
    count, total = 0, 0
    faces: list[Judged] = []
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


if __name__ == "__main__":
    sys.exit(main())
