"""Pictures and videos: which ones are meant, reading them, and writing copies elsewhere.

Needs OpenCV. A picture is (H, W, 3) uint8 in OpenCV's order of colors, blue first.
"""

import math
import os
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ..shared.outputs import whole_file
from .faces import Picture
from .opencv import cv2

PICTURES = frozenset(
    (".bmp", ".jpeg", ".jpg", ".pbm", ".pgm", ".png", ".pnm", ".ppm", ".tif", ".tiff", ".webp")
)
VIDEOS = frozenset((".avi", ".m4v", ".mkv", ".mov", ".mp4", ".mpeg", ".mpg", ".webm", ".wmv"))

_USUAL_RATE, _HIGHEST_RATE = 25.0, 1000.0
_MISSING_SHARE = 0.1


class MediaError(Exception):
    """A picture or video cannot be read or written; the message is one line."""


@dataclass(frozen=True)
class MediaItem:
    """A picture or video, and where its annotated copy goes."""

    path: Path
    target: Path

    @property
    def video(self) -> bool:
        """Whether it is a video, by its name."""
        return self.path.suffix.lower() in VIDEOS


def printable(path: Path) -> str:
    """A path as text that can be printed, whatever bytes its name has."""
    return os.fsencode(path).decode("utf-8", "replace")


def gather_media(inputs: Sequence[Path], output: Path) -> tuple[list[Path], list[str]]:
    """Return the files that are meant, in order and each once, and what is wrong with the inputs.

    Of a folder all pictures and videos are meant, at any depth, but none inside of ``output``.
    """
    found: dict[Path, Path] = {}
    faults = []
    for path in inputs:
        if path.is_dir():
            files = _files_of(path, output.resolve())
            if not files:
                faults.append(f"{printable(path)}: no pictures or videos in this folder")
        elif path.is_file():
            files = [path]
        else:
            files = []
            faults.append(f"{printable(path)}: no such file or folder")
        for file in files:
            found.setdefault(file.resolve(), file)
    return list(found.values()), faults


def _files_of(folder: Path, output: Path) -> list[Path]:
    known = PICTURES | VIDEOS
    inside = output.is_relative_to(folder.resolve()) and output != folder.resolve()
    return sorted(
        path
        for path in folder.rglob("*")
        if path.suffix.lower() in known
        and path.is_file()
        and not (inside and path.resolve().is_relative_to(output))
    )


def copies_of(files: Sequence[Path], inputs: Sequence[Path], output: Path) -> list[MediaItem]:
    """Return where each file's copy goes: in ``output``, as it lies below all inputs' folders.

    So files of one name in two folders stay apart. A picture keeps its name if OpenCV can write
    its kind; other kinds end on .png in addition, videos on .mp4. A name that comes again is
    numbered.
    """
    folders = [path if path.is_dir() else path.parent for path in inputs if path.exists()]
    try:
        root = Path(os.path.commonpath([folder.resolve() for folder in folders]))
    except ValueError:  # on different drives
        root = Path()
    items: list[MediaItem] = []
    taken: set[str] = set()
    for path in files:
        full = path.parent.resolve() / path.name
        inside = full.relative_to(root) if full.is_relative_to(root) else Path(path.name)
        target = _free(output / inside.with_name(_copy_name(path)), taken)
        taken.add(str(target).lower())
        items.append(MediaItem(path, target))
    return items


def _copy_name(path: Path) -> str:
    suffix = path.suffix.lower()
    if suffix in VIDEOS:
        return path.name if suffix == ".mp4" else f"{path.name}.mp4"
    return path.name if suffix in PICTURES else f"{path.name}.png"


def _free(target: Path, taken: set[str]) -> Path:
    number, free = 2, target
    while str(free).lower() in taken:
        free = target.with_name(f"{target.stem}-{number}{target.suffix}")
        number += 1
    return free


def check_targets(targets: Sequence[Path], inputs: Sequence[Path], *, overwrite: bool) -> None:
    """Refuse to write over anything that is read, or, without ``overwrite``, over any file.

    Raises:
        MediaError: it would be so, or two results have one name; nothing has been written yet.
    """
    for target in targets:
        if targets.count(target) > 1:
            raise MediaError(f"{printable(target)}: two results of this name; choose another --csv")
    read = {_identity(path): path for path in inputs if path.exists()}
    for target in targets:
        if not os.path.lexists(target):
            continue
        own = read.get(_identity(target)) if target.exists() else None
        if own is not None:
            raise MediaError(
                f"{printable(target)}: would write over the input {printable(own)}; choose another "
                "folder or file for the results"
            )
        if not overwrite or target.is_dir():
            raise MediaError(
                f"{printable(target)}: exists; pass --overwrite, or choose another folder or file"
            )


def _identity(path: Path) -> tuple[int, int]:
    """What tells a file from any other, whatever links lead to it."""
    status = path.stat()
    return status.st_dev, status.st_ino


def read_picture(path: Path) -> Picture:
    """Read a picture, turned as its camera says.

    Raises:
        MediaError: it is damaged, or no picture that OpenCV reads.
    """
    content = np.frombuffer(path.read_bytes(), dtype=np.uint8)
    try:
        picture = cv2.imdecode(content, cv2.IMREAD_COLOR) if content.size else None
    except cv2.error:
        picture = None
    if picture is None:
        why = "empty" if not content.size else "damaged, or no picture that OpenCV reads"
        raise MediaError(f"{printable(path)}: {why}")
    return np.asarray(picture, dtype=np.uint8)


def write_picture(path: Path, picture: Picture) -> None:
    """Write a picture in the kind that its name says, whole or not at all.

    Raises:
        MediaError: OpenCV cannot write this kind.
    """
    try:
        done, content = cv2.imencode(path.suffix, picture)
    except cv2.error:
        done = False
    if not done:
        raise MediaError(f"{printable(path)}: OpenCV cannot write {path.suffix}")
    with whole_file(path, unused_beside(path)) as staged:
        staged.write_bytes(content.tobytes())


def unused_beside(path: Path) -> Path:
    """Make an empty file of a new name, and the same kind, in the folder of a target."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(path.suffix, ".new-", path.parent)
    os.close(handle)
    made = Path(name)
    made.chmod(0o666 & ~_umask())
    return made


def _umask() -> int:
    """What the system takes off the permissions of new files."""
    found = os.umask(0)
    os.umask(found)
    return found


class VideoReader:
    """A video to be read frame by frame."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._capture = cv2.VideoCapture(str(path))
        if not self._capture.isOpened():
            raise MediaError(f"{printable(path)}: damaged, or no video that OpenCV reads")
        rate = float(self._capture.get(cv2.CAP_PROP_FPS))
        usual = math.isfinite(rate) and 0 < rate <= _HIGHEST_RATE
        self.rate = rate if usual else _USUAL_RATE

    def frames(self) -> Iterator[Picture]:
        """Yield its frames.

        Raises:
            MediaError: there are none, or the video ends well before the end that it states.
        """
        count = 0
        while True:
            there, frame = self._capture.read()
            if not there:
                break
            count += 1
            yield np.asarray(frame, dtype=np.uint8)
        stated = int(self._capture.get(cv2.CAP_PROP_FRAME_COUNT))
        self._capture.release()
        if count == 0 or count < (1 - _MISSING_SHARE) * stated - 1:
            raise MediaError(
                f"{printable(self.path)}: damaged: {count} frames of {stated} can be read"
            )


class VideoWriter:
    """Writes a video (MPEG-4, no sound) beside its target, and puts it in place at the end."""

    def __init__(self, path: Path, rate: float) -> None:
        self.path, self.rate = path, rate
        self._beside: Path | None = None
        self._writer: cv2.VideoWriter | None = None
        self._size = (0, 0)

    def write(self, frame: Picture) -> None:
        """Add a frame; all have the size of the first.

        Raises:
            MediaError: OpenCV cannot write such a video.
        """
        size = frame.shape[1], frame.shape[0]
        if self._writer is None:
            self._beside = unused_beside(self.path)
            kind = cv2.VideoWriter.fourcc(*"mp4v")
            self._writer = cv2.VideoWriter(str(self._beside), kind, self.rate, size)
            self._size = size
        if not self._writer.isOpened():
            raise MediaError(f"{printable(self.path)}: this OpenCV cannot write MPEG-4 video")
        self._writer.write(frame if size == self._size else cv2.resize(frame, self._size))

    def close(self) -> None:
        """End the file; what was written so far is kept."""
        if self._writer is None or self._beside is None:
            return
        with whole_file(self.path, self._beside) as staged:
            self._writer.release()
            if not staged.stat().st_size:
                staged.unlink()
