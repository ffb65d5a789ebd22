"""The original tree of CK+: sequences from onset to peak, labeled by files beside the pictures."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from fercurate.domain.sample import Points, Reject, RejectCode, Sample
from fercurate.domain.taxonomy import LabelMap, label_maps
from fercurate.errors import InputError
from fercurate.files.containment import Boundary
from fercurate.sources.base import Recognition, Record
from fercurate.sources.ckplus.files import (
    EscapeError,
    UnusableTextError,
    centered_box,
    landmark_box,
    read_action_units,
    read_emotion,
    read_landmarks,
)
from fercurate.sources.ckplus.options import FIRST, CkPlusOptions
from fercurate.sources.ckplus.tree import (
    Key,
    find_roots,
    numbered_files,
    relative,
    sequence_folders,
    stray_files,
)
from fercurate.sources.reading.loading import NOT_READ, PictureFile, load_images

NEUTRAL_CODE = "0"
"""The native label of a neutral frame, which no label file of CK+ gives."""


@dataclass(frozen=True, slots=True)
class Label:
    """What a sequence is labeled as: code, expression, and the frame that was coded."""

    code: str
    expression: str
    frame: int


@dataclass(frozen=True, slots=True)
class FaceSequence:
    """The frames of one sequence in order, its label if it has one, and what is wrong with it."""

    key: Key
    frames: dict[int, Path]
    label: Label | None
    rejects: tuple[Reject, ...] = ()


@dataclass(frozen=True, slots=True)
class Chosen:
    """A frame that becomes a sample, with its native label and expression."""

    frame: int
    code: str
    expression: str


def choose_frames(
    frames: Sequence[int], label: Label, peak: int, neutral: bool
) -> tuple[Chosen, ...]:
    """Return the frames of a labeled sequence that become samples, in order.

    The coded frame and the ``peak - 1`` before it carry the label; with ``neutral``, the first
    frame is neutral unless it is one of those.
    """
    shown = [f for f in frames if f <= label.frame][-max(peak, 1) :]
    chosen = [Chosen(frame, label.code, label.expression) for frame in shown]
    if neutral and frames[0] not in shown:
        chosen.insert(0, Chosen(frames[0], NEUTRAL_CODE, "neutral"))
    return tuple(chosen)


class OriginalTree:
    """All sequences of an original tree; landmarks and FACS codes are read when asked for.

    Raises:
        InputError: there are no pictures, or no label folder beside them.
    """

    def __init__(self, root: Path, labels: LabelMap | None = None) -> None:
        self.root = root
        self._boundary = Boundary(root)
        self.labels = labels or label_maps()["ckplus"]
        roots = find_roots(root)
        folders = roots.folders if roots is not None else {}
        if "images" not in folders or "emotion" not in folders:
            raise InputError(
                "pictures of CK+, but no emotion labels (S005_001_00000011_emotion.txt)",
                where=str(root),
                fix="Unpack Emotion_labels.zip beside the pictures and ingest the folder of both",
            )
        self.kinds = frozenset(folders)
        self._images, rejects = sequence_folders(folders["images"], root)
        self._emotion, others = sequence_folders(folders["emotion"], root)
        self.rejects = tuple(dict.fromkeys(sorted([*rejects, *others], key=lambda r: r.origin)))
        self._facs, self._landmarks = (
            sequence_folders(folders[kind], root)[0] if kind in folders else {}
            for kind in ("facs", "landmarks")
        )

    def sequences(self) -> Iterator[FaceSequence]:
        """Yield the sequences that have pictures or a label, ordered by subject and number."""
        for key in sorted({*self._images, *self._emotion}):
            yield self._sequence(key)

    def _sequence(self, key: Key) -> FaceSequence:
        folder = self._images.get(key)
        files = numbered_files(folder, key, "images") if folder is not None else {}
        frames = {frame: paths[0] for frame, paths in files.items()}
        label = self._label(key, frames)
        if isinstance(label, Reject):
            return FaceSequence(key, frames, None, (label,))
        if label is None or folder is None:
            return FaceSequence(key, frames, None)
        again = [path for paths in files.values() for path in paths[1:]]
        strays = stray_files(folder, key, "images")
        rejects = (*map(self._again, again), *(self._stray(path, key) for path in strays))
        return FaceSequence(key, frames, label, rejects)

    def _again(self, path: Path) -> Reject:
        message = "a second picture of one frame"
        return Reject(RejectCode.CONFLICT, message, relative(path, self.root))

    def _stray(self, path: Path, key: Key) -> Reject:
        message = f"the name does not belong to sequence {'/'.join(key)}, so its label is unknown"
        return Reject(RejectCode.LABEL, message, relative(path, self.root))

    def _label(self, key: Key, frames: dict[int, Path]) -> Label | Reject | None:
        folder = self._emotion.get(key)
        if folder is None:
            return None
        files = numbered_files(folder, key, "emotion")
        if not files:
            strays = stray_files(folder, key, "emotion")
            return self._stray(strays[0], key) if strays else None
        named = [(frame, path) for frame, paths in files.items() for path in paths]
        if frames and len(named) > 1:
            last = max(frames)
            count, named = len(named), [(frame, path) for frame, path in named if frame == last]
            if len(named) != 1:
                message = f"{count} emotion files, {len(named)} of them for the last frame {last}"
                return Reject(RejectCode.LABEL, message, relative(folder, self.root))
        return self._read_label(*named[0], frames)

    def _read_label(self, frame: int, path: Path, frames: dict[int, Path]) -> Label | Reject:
        origin = relative(path, self.root)
        if not frames:
            return Reject(RejectCode.MISSING, "a label for a sequence without pictures", origin)
        try:
            code, expression = read_emotion(path, self._boundary, self.labels)
        except UnusableTextError as error:
            code = RejectCode.PATH if isinstance(error, EscapeError) else RejectCode.LABEL
            return Reject(code, str(error), origin)
        if frame not in frames:
            message = f"the label is that of frame {frame}, and there is no picture of it"
            return Reject(RejectCode.MISSING, message, origin)
        return Label(code, expression, frame)

    def landmark_files(self, key: Key) -> dict[int, list[Path]]:
        """The landmark files of a sequence, by frame number."""
        folder = self._landmarks.get(key)
        return numbered_files(folder, key, "landmarks") if folder is not None else {}

    def landmarks(self, paths: Sequence[Path]) -> Points | None:
        """Return landmarks (68, 2) of the first file, or None if there is none to use."""
        try:
            return read_landmarks(paths[0], self._boundary) if paths else None
        except UnusableTextError:
            return None

    def action_units(self, key: Key, frame: int) -> str | None:
        """The FACS codes of a frame as text; "" if it has no file, None for an unusable one."""
        folder = self._facs.get(key)
        files = numbered_files(folder, key, "facs") if folder is not None else {}
        if frame not in files:
            return ""
        try:
            return read_action_units(files[frame][0], self._boundary)
        except UnusableTextError:
            return None


def read_original(
    recognition: Recognition, options: CkPlusOptions, source: str
) -> Iterator[Record]:
    """Yield the chosen frames of all labeled sequences, and what is wrong with the others.

    Raises:
        InputError: there is no label folder.
    """
    tree = OriginalTree(recognition.root, options.label_map)
    for record in load_images(_pictures(tree, options, source), tree.root, options):
        if isinstance(record, Sample) and record.box is None:
            yield replace(record, box=centered_box(record.shape))
        else:
            yield record


def _pictures(
    tree: OriginalTree, options: CkPlusOptions, source: str
) -> Iterator[PictureFile | Reject]:
    yield from tree.rejects
    for sequence in tree.sequences():
        yield from sequence.rejects
        if sequence.label is None:
            continue
        points = tree.landmark_files(sequence.key)
        units = tree.action_units(sequence.key, sequence.label.frame) or ""
        for chosen in choose_frames(
            tuple(sequence.frames), sequence.label, options.peak, options.neutral == FIRST
        ):
            path = sequence.frames[chosen.frame]
            sample = replace(
                _sample(sequence, chosen, source, relative(path, tree.root)),
                action_units=units if chosen.frame == sequence.label.frame else "",
                landmarks=tree.landmarks(points.get(chosen.frame, ())),
            )
            yield regular(PictureFile(path, _boxed(sample)))


def _sample(sequence: FaceSequence, chosen: Chosen, source: str, origin: str) -> Sample:
    subject, number = sequence.key
    return Sample(
        id=f"{source}:{subject}/{number}/{chosen.frame:08d}",
        source=source,
        image=NOT_READ,
        native_label=chosen.code,
        expression=chosen.expression,
        native_split="",
        origin=origin,
        subject=subject,
        sequence=f"{subject}/{number}",
        frame=chosen.frame,
    )


def _boxed(sample: Sample) -> Sample:
    return (
        sample if sample.landmarks is None else replace(sample, box=landmark_box(sample.landmarks))
    )


def regular(picture: PictureFile) -> PictureFile | Reject:
    """Return the file, or a reject for a folder, pipe or device that bears a picture's name."""
    if picture.path.exists() and not picture.path.is_file():
        return Reject(RejectCode.DECODE, "no regular file", picture.sample.origin)
    return picture
