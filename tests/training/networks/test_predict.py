"""predict.py: pictures, folders and videos of drawn faces; what is found, written and refused."""

import csv
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import ModuleType

import cv2
import h5py
import numpy as np
import pytest
from numpy.typing import NDArray

from fercurate.synthetic.faces import Identity, Scene, draw_face
from fercurate.training.networks.prediction import COLUMNS

Load = Callable[[str, str], ModuleType]
Predict = Callable[..., tuple[int, str, str]]
Picture = NDArray[np.uint8]
PLACES = ((40, 60, 200), (270, 100, 240), (530, 200, 150))
"""Left, top and side of the drawn faces in a group."""


def face(size: int, seed: int = 4) -> Picture:
    rng = np.random.default_rng(seed)
    scene = replace(Scene.draw(rng), yaw=0.0, pitch=0.0, roll=0.0, noise=0.0)
    return draw_face(Identity.draw(rng), "happy", scene, size=size)


@pytest.fixture(scope="module")
def group() -> Picture:
    """Three drawn faces on a gray canvas."""
    canvas = np.full((420, 700, 3), 190, dtype=np.uint8)
    for seed, (left, top, side) in enumerate(PLACES, start=4):
        canvas[top : top + side, left : left + side] = face(side, seed)[..., None]
    return canvas


def save(path: Path, picture: Picture) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    assert cv2.imwrite(str(path), picture)
    return path


def rows(path: Path = Path("predictions/predictions.csv")) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def video(path: Path, frames: list[Picture], kind: str = "mp4v") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    size = frames[0].shape[1], frames[0].shape[0]
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*kind), 12, size)
    for frame in frames:
        writer.write(frame)
    writer.release()
    return path


def read_video(path: Path) -> list[Picture]:
    capture, frames = cv2.VideoCapture(str(path)), []
    while (found := capture.read())[0]:
        frames.append(np.asarray(found[1], dtype=np.uint8))
    return frames


def test_pictures_of_an_export_get_the_scores_that_evaluate_gives_them(
    trained: Path, tmp_path: Path, predict: Predict, load_kit: Load
) -> None:
    with h5py.File(trained / "test.h5") as file:
        pictures = file["images"][:5]
    for number, picture in enumerate(pictures):
        save(tmp_path / "in" / f"{number}.png", picture)
    assert predict("in")[0] == 0
    classifier = load_kit("torch", "checkpoint").load_classifier(trained / "run" / "best.pt", "cpu")
    expected = classifier.probabilities(pictures)
    found = rows()
    assert list(found[0])[:9] == list(COLUMNS)
    assert list(found[0])[9:] == list(classifier.classes)
    chances = [[float(row[name]) for name in classifier.classes] for row in found]
    np.testing.assert_allclose(chances, expected, atol=1e-5)
    assert [row["label"] for row in found] == [
        classifier.classes[code] for code in expected.argmax(axis=1)
    ]
    assert {(row["left"], row["width"], row["height"]) for row in found} == {("0", "48", "48")}


def test_haar_finds_the_faces_of_a_group_and_marks_them(
    tmp_path: Path, predict: Predict, group: Picture
) -> None:
    save(tmp_path / "group.png", group)
    assert predict("group.png")[0] == 0
    found = rows()
    assert [row["face"] for row in found] == ["0", "1", "2"]
    for row, (left, top, side) in zip(found, PLACES, strict=True):
        across = int(row["left"]) + int(row["width"]) / 2
        down = int(row["top"]) + int(row["height"]) / 2
        assert abs(across - left - side / 2) < side / 5
        assert abs(down - top - side / 2) < side / 5
    copy = cv2.imread("predictions/group.png")
    assert copy.shape == group.shape
    changed = (copy != group).any(axis=2)
    first = found[0]
    edge = changed[int(first["top"]) + int(first["height"]) - 1]
    assert edge[int(first["left"]) : int(first["left"]) + int(first["width"])].all()
    assert not changed[:30].any()


def test_a_picture_without_a_face_is_said_to_have_none(tmp_path: Path, predict: Predict) -> None:
    save(tmp_path / "flat.png", np.full((300, 300, 3), 90, dtype=np.uint8))
    code, out, _ = predict("flat.png")
    assert code == 0
    assert "flat.png: no face" in out
    assert rows() == []
    assert Path("predictions/flat.png").is_file()


def test_videos_are_judged_every_so_many_frames_and_written_whole(
    tmp_path: Path, predict: Predict, group: Picture
) -> None:
    video(tmp_path / "clip.mp4", [np.roll(group, 6 * step, axis=1) for step in range(6)])
    code, out, err = predict("clip.mp4", "--every", 2, "--csv", "faces.csv")
    assert (code, err) == (0, "")
    assert "6 frames, 3 of them judged" in out
    found = rows(Path("faces.csv"))
    assert {row["frame"] for row in found} == {"0", "2", "4"}
    middle = [row for row in found if row["face"] == "1"]
    moved = int(middle[-1]["left"]) - int(middle[0]["left"])
    assert 12 <= moved <= 36
    frames = read_video(Path("predictions/clip.mp4"))
    assert (len(frames), frames[0].shape) == (6, group.shape)
    plain = read_video(tmp_path / "clip.mp4")
    assert all(np.abs(a.astype(int) - b).max() > 100 for a, b in zip(frames, plain, strict=True))


def test_files_of_one_name_stay_apart(tmp_path: Path, predict: Predict) -> None:
    for place in ("a/x.png", "b/x.png", "b/c/x.png", "b/x.bmp"):
        save(tmp_path / place, face(64, seed=len(place)))
    save(tmp_path / "b" / "X.png", face(64))
    for name, kind in (("clip.avi", "MJPG"), ("clip.mp4", "mp4v")):
        video(
            tmp_path / name, [cv2.cvtColor(face(64), cv2.COLOR_GRAY2BGR).astype(np.uint8)] * 2, kind
        )
    given = ("a/x.png", "b", tmp_path / "a" / "x.png", "clip.avi", "clip.mp4")
    code, out, err = predict(*given, "--faces", "whole")
    assert (code, err) == (0, "")
    assert "7 of 7 files" in out
    written = {path.relative_to("predictions").as_posix() for path in _files("predictions")}
    pictures = {"a/x.png", "b/X.png", "b/x-2.png", "b/x.bmp", "b/c/x.png"}  # as on macOS
    assert written == pictures | {"clip.mp4", "clip.avi.mp4", "predictions.csv"}
    assert {row["file"] for row in rows()} == {
        *("a/x.png", "b/x.png", "b/X.png", "b/c/x.png", "b/x.bmp", "clip.avi", "clip.mp4")
    }


def _files(folder: str) -> list[Path]:
    return sorted(path for path in Path(folder).rglob("*") if path.is_file())


def test_nothing_is_written_over_an_input(tmp_path: Path, predict: Predict) -> None:
    picture = save(tmp_path / "in" / "x.png", face(64))
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "x.png").hardlink_to(picture)
    before = picture.read_bytes()
    for given in (("--output", "in"), ("--output", "out"), ("--csv", "in/x.png")):
        code, _, err = predict("in/x.png", *given, "--overwrite")
        assert code == 1
        assert "would write over the input in/x.png" in err
        assert err.count("\n") == 1
    assert picture.read_bytes() == before


def test_two_results_never_have_one_name(tmp_path: Path, predict: Predict, group: Picture) -> None:
    """Nor does what is written on the way take the name of a result."""
    for name in ("clip.new.mp4", "clip.mp4"):
        video(tmp_path / "in" / name, [group[:96, :96]] * 2)
    (tmp_path / "predictions").mkdir()
    for name in ("x.png.new", "mine.new.mp4"):
        (tmp_path / "predictions" / name).write_text("mine")
    save(tmp_path / "in" / "x.png", face(64))
    assert predict("in", "--faces", "whole")[0] == 0
    names = {path.name for path in _files("predictions")}
    clips = {"clip.new.mp4", "clip.mp4"}
    assert names == {"x.png", "x.png.new", "mine.new.mp4", "predictions.csv"} | clips
    assert all(len(read_video(Path("predictions", name))) == 2 for name in clips)
    assert Path("predictions/x.png.new").read_text() == "mine"
    code, _, err = predict("in/x.png", "--output", "o", "--csv", "o/x.png")
    assert code == 1
    assert "o/x.png: two results of this name; choose another --csv" in err


def test_results_are_replaced_only_when_told(tmp_path: Path, predict: Predict) -> None:
    save(tmp_path / "x.png", face(64))
    assert predict("x.png")[0] == 0
    before = _files("predictions")
    code, _, err = predict("x.png")
    assert code == 1
    assert "exists; pass --overwrite" in err
    assert predict("x.png", "--overwrite")[0] == 0
    assert predict(".", "--overwrite")[0] == 0
    assert _files("predictions") == before
    assert len(rows()) == 1


def test_broken_files_are_reported_and_the_others_done(
    tmp_path: Path, predict: Predict, group: Picture
) -> None:
    whole = save(tmp_path / "in" / "whole.png", face(64)).read_bytes()
    (tmp_path / "in" / "cut.png").write_bytes(whole[: len(whole) // 2])
    (tmp_path / "in" / "empty.jpg").touch()
    (tmp_path / "in" / "text.mp4").write_text("no video")
    (tmp_path / "in" / "notes.txt").write_text("not meant")
    long = video(tmp_path / "long.avi", [group[:96, :96]] * 20, "MJPG").read_bytes()
    (tmp_path / "in" / "short.avi").write_bytes(long[: len(long) // 2])
    code, out, err = predict("in", "--faces", "whole", "nowhere.png")
    assert code == 1
    for name in ("cut.png", "empty.jpg", "text.mp4", "nowhere.png", "short.avi"):
        assert sum(name in line for line in err.splitlines()) == 1, name
    assert err.count("\n") == 5
    assert "1 of 5 files" in out
    assert "in/whole.png" in {row["file"] for row in rows()}


def test_steps_of_the_recipe_that_are_not_done_are_said(
    tmp_path: Path, predict: Predict, trained: Path
) -> None:
    import torch

    state = torch.load(trained / "run" / "best.pt", weights_only=True)
    assert state["normalize"] == ["grayscale", "resize(size=48)"]
    torch.save(state | {"normalize": ["grayscale", "clahe(limit=2.0)"]}, tmp_path / "clahe.pt")
    save(tmp_path / "x.png", face(64))
    assert predict("x.png")[2] == ""
    code, _, err = predict("x.png", "--output", "other", checkpoint=tmp_path / "clahe.pt")
    assert code == 0
    assert err.startswith("warning: the model knows pictures after clahe(limit=2.0), which are not")
