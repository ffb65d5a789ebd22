"""What the screener learns from: pictures, emotions, votes, screening labels, face landmarks."""

import csv
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from fercurate.domain.votes import NOT_A_FACE
from fercurate.pipeline.measure.duplicates import (
    face_identities,
    searched_pictures,
    stored_pictures,
)
from fercurate.screening.duplicates.search import DuplicateRule, find_duplicates
from fercurate.store.store import Store

LABELS_CSV = Path(__file__).with_name("labels.csv")
CRITERIA: tuple[str, ...] = ("not_face", "not_human", "occluded", "watermark")
EMOTIONS: tuple[str, ...] = ("angry", "disgust", "fear", "happy", "sad", "surprise", "neutral")
SIDE = 48
_UNKNOWN = np.nan


@dataclass(frozen=True)
class Material:
    """One row a FER-2013 picture.

    Attributes:
        images: (N, 48, 48) uint8.
        train: whether the row is in FER-2013's Training usage (N,).
        emotions: class in FER-2013's order (N,).
        votes: FER+ votes (N, 10).
        labels: screening labels (N, 4) float32 in 0..1, NaN where unlabeled.
        random: whether the row was labeled because it was drawn at random (N,).
        groups: identical and nearly identical pictures share a number (N,).
        faces: YuNet's score, and its five landmarks in pixels (N, 11); NaN where it found none.
    """

    images: NDArray[np.uint8]
    train: NDArray[np.bool_]
    emotions: NDArray[np.int64]
    votes: NDArray[np.uint8]
    labels: NDArray[np.float32]
    random: NDArray[np.bool_]
    groups: NDArray[np.int64]
    faces: NDArray[np.float32]

    @property
    def non_face_votes(self) -> NDArray[np.uint8]:
        """FER+ votes (N,) for "not a face"."""
        return self.votes[:, NOT_A_FACE]

    @property
    def labeled(self) -> NDArray[np.bool_]:
        """Rows (N,) that a reader of the screening labels has seen."""
        return np.asarray(np.isfinite(self.labels[:, 1:]).any(axis=1))

    def targets(self) -> NDArray[np.float32]:
        """Labels (N, 4) with FER+'s votes for "not a face" joined to the first column."""
        votes = self.non_face_votes.astype(np.float32)
        total = np.maximum(self.votes.sum(axis=1), 1)
        share = votes / total
        not_face = np.fmax(np.where(votes > 1, share, 0.0), self.labels[:, 0])
        joined = self.labels.copy()
        joined[:, 0] = not_face
        return joined


def read_material(store_path: Path, face_model: Path) -> Material:
    """Read a store that holds FER-2013 with FER+, the labels beside this file, and find faces."""
    with Store.open(store_path) as store:
        rows = np.flatnonzero(store.manifest.text("source") == "fer2013")
        images = np.stack(store.images(rows))
        identities = face_identities(store)
        pictures = searched_pictures(stored_pictures(store), identities, rows)
        groups = find_duplicates(pictures, identities, rows, DuplicateRule()).groups()
        names = store.manifest.text("expression")[rows]
        labels, random = with_labels(store.manifest.numbers("row")[rows])
        return Material(
            images=images,
            train=store.manifest.text("native_split")[rows] == "Training",
            emotions=np.array([EMOTIONS.index(name) for name in names]),
            votes=store.votes[rows],
            labels=labels,
            random=random,
            groups=np.unique(groups[rows], return_inverse=True)[1],
            faces=find_faces(images, face_model),
        )


def with_labels(
    csv_rows: NDArray[np.int64],
) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
    """The labels (N, 4) of rows of ``fer2013.csv``, NaN where unlabeled; which were drawn (N,).

    Labels of rows that are not asked for are left out.
    """
    place = {int(row): position for position, row in enumerate(csv_rows)}
    labels = np.full((len(csv_rows), len(CRITERIA)), _UNKNOWN, dtype=np.float32)
    random = np.zeros(len(csv_rows), dtype=bool)
    with LABELS_CSV.open(newline="") as lines:
        for line in csv.DictReader(lines):
            if int(line["row"]) not in place:
                continue
            row = place[int(line["row"])]
            random[row] = line["sample"] == "random"
            labels[row] = [float(line[name]) if line[name] else _UNKNOWN for name in CRITERIA]
    return labels, random


def find_faces(images: NDArray[np.uint8], face_model: Path) -> NDArray[np.float32]:
    """YuNet's best score and landmarks (N, 11) on pictures (N, 48, 48) enlarged to 96 pixels."""
    found = np.full((len(images), 11), np.nan, dtype=np.float32)
    detector = cv2.FaceDetectorYN.create(str(face_model), "", (96, 96), 0.02, 0.3, 50)
    for row, image in enumerate(images):
        large = cv2.resize(image, (96, 96), interpolation=cv2.INTER_LINEAR)
        _, faces = detector.detect(cv2.cvtColor(large, cv2.COLOR_GRAY2BGR))
        found[row, 0] = 0.0
        if faces is not None:
            best = faces[faces[:, 14].argmax()]
            found[row, 0] = best[14]
            found[row, 1:] = best[4:14] / 2
    return found
