"""``python -m benchmarks.screener.elsewhere STORE``: the screener on pictures that look otherwise.

The labeled rows of FER-2013 are enlarged, colored, framed and compressed as other corpora's
pictures are, and drawn faces of 224 pixels in color are given faults on purpose. The shipped
network has learned from these rows: compare the lines with the first one, not with the card.
"""

import argparse
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from benchmarks.screener.figures import average_precision
from benchmarks.screener.marks import draw_marks
from benchmarks.screener.material import CRITERIA, with_labels
from benchmarks.screener.occluders import draw_occluders, paste_occluder
from fercurate.screening.screener import Screener, chance
from fercurate.store.store import Store
from fercurate.synthetic.faces import Identity, Scene, draw_face

Gray = NDArray[np.uint8]
_DRAWN, _LARGE = 600, 224
_TINT = np.array([0.55, 0.78, 1.0])
_LIMIT = 0.3


def enlarged(picture: Gray) -> Gray:
    """Four times as wide, bicubic."""
    side = 4 * picture.shape[0]
    return np.asarray(cv2.resize(picture, (side, side), interpolation=cv2.INTER_CUBIC))


def compressed(picture: Gray) -> Gray:
    """Enlarged, and kept as a JPEG of quality 75."""
    _, content = cv2.imencode(".jpg", enlarged(picture), (cv2.IMWRITE_JPEG_QUALITY, 75))
    return np.asarray(cv2.imdecode(content, cv2.IMREAD_GRAYSCALE))


def colored(picture: Gray) -> Gray:
    """Tinted as skin, and made gray again as color pictures are."""
    color = np.clip(picture[..., None] * _TINT, 0, 255).astype(np.uint8)
    return np.asarray(cv2.cvtColor(color, cv2.COLOR_BGR2GRAY))


def framed(picture: Gray) -> Gray:
    """With a quarter more on every side, its border reflected: a looser crop."""
    edge = picture.shape[0] // 4
    return np.asarray(cv2.copyMakeBorder(picture, edge, edge, edge, edge, cv2.BORDER_REFLECT_101))


def cropped(picture: Gray) -> Gray:
    """Without a twelfth on every side: a tighter crop."""
    edge = picture.shape[0] // 12
    return picture[edge:-edge, edge:-edge]


LOOKS: dict[str, Callable[[Gray], Gray]] = {
    "as it is": lambda picture: picture,
    "192 pixels": enlarged,
    "192 pixels, JPEG": compressed,
    "tinted": colored,
    "looser crop": framed,
    "tighter crop": cropped,
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the tables."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.screener.elsewhere")
    parser.add_argument("store", type=Path, help="a store with fer2013.csv")
    options = parser.parse_args(arguments)
    images, truth = _labeled(options.store)
    print(f"{len(images):,} rows of FER-2013 with labels\n")
    print("| look | " + " | ".join(f"AP {name} | flagged" for name in CRITERIA[1:]) + " |")
    print("|" + " --- |" * (1 + 2 * len(CRITERIA[1:])))
    for look, change in LOOKS.items():
        print(_line(look, truth, Screener().measure([change(one) for one in images])))
    print(f"\n{_DRAWN:,} drawn faces of {_LARGE} pixels in color, a third of them with a fault\n")
    print("| fault | AP | flagged with | without |\n| --- | --- | --- | --- |")
    for line in _drawn_lines():
        print(line)
    return 0


def _labeled(path: Path) -> tuple[list[Gray], NDArray[np.float32]]:
    """Pictures drawn at random that were labeled, and their labels (N, 4), NaN where unknown."""
    with Store.open(path) as store:
        rows = np.flatnonzero(store.manifest.text("source") == "fer2013")
        csv_rows = store.manifest.numbers("row")[rows]
        labels, random = with_labels(csv_rows)
        return store.images(rows[random]), labels[random]


def _line(look: str, truth: NDArray[np.float32], logits: NDArray[np.float32]) -> str:
    cells = []
    for column, _ in enumerate(CRITERIA[1:], 1):
        known, score = np.isfinite(truth[:, column]), chance(logits[:, column])
        found = average_precision(truth[known, column] > 0.5, score[known])
        cells += [f"{found:.2f}", f"{(score > _LIMIT).mean():.1%}"]
    return f"| {look} | {' | '.join(cells)} |"


def _drawn_lines() -> Iterator[str]:
    """What the screener says of drawn faces with hidden parts, and with marks."""
    rng = np.random.default_rng(8)
    faces = [_face(rng) for _ in range(_DRAWN)]
    faulty = np.arange(_DRAWN) % 3 == 0
    for name, change in (("occluded", _hide), ("watermark", _mark)):
        pictures = [
            change(face, rng) if fault else face for face, fault in zip(faces, faulty, strict=True)
        ]
        score = chance(Screener().measure(pictures)[:, CRITERIA.index(name)])
        found, flagged = average_precision(faulty, score), score > _LIMIT
        shares = (flagged[faulty].mean(), flagged[~faulty].mean())
        yield f"| {name} | {found:.2f} | {shares[0]:.0%} | {shares[1]:.0%} |"


def _face(rng: np.random.Generator) -> Gray:
    names = ("happy", "sad", "surprise", "neutral", "angry")
    drawn = draw_face(Identity.draw(rng), str(rng.choice(names)), Scene.draw(rng), size=_LARGE)
    return colored(drawn)


def _hide(face: Gray, rng: np.random.Generator) -> Gray:
    (occluder,) = draw_occluders(1, rng)
    points = np.full((5, 2), np.nan, dtype=np.float32)
    small = cv2.resize(face, (48, 48), interpolation=cv2.INTER_AREA).astype(np.float32)
    laid = paste_occluder(small, occluder, points, small[::-1], rng)
    return _laid_over(face, laid - small)


def _mark(face: Gray, rng: np.random.Generator) -> Gray:
    mask: NDArray[Any] = cv2.resize(draw_marks(1, rng)[0], face.shape[::-1])
    tone = 255.0 if rng.random() < 0.7 else 0.0
    strength = mask * rng.uniform(0.4, 0.9)
    return np.clip(face * (1 - strength) + tone * strength, 0, 255).astype(np.uint8)


def _laid_over(face: Gray, change: NDArray[Any]) -> Gray:
    """A change of 48 pixels brought to a large picture."""
    large = cv2.resize(change, face.shape[::-1], interpolation=cv2.INTER_LINEAR)
    return np.clip(face + large, 0, 255).astype(np.uint8)


if __name__ == "__main__":
    raise SystemExit(main())
