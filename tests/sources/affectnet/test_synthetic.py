"""The writers of synthetic AffectNets: what they say they write is what is read."""

from collections import Counter

import numpy as np
import pytest

from fercurate.domain.sample import pixel_digest
from fercurate.synthetic.affectnet import (
    write_affectnet,
    write_affectnet_mini,
    write_affectnet_standin,
)


@pytest.fixture(scope="module")
def lists(tmp_path_factory):
    return write_affectnet(tmp_path_factory.mktemp("lists"), per_class=3, val_per_class=2, size=64)


def test_lists(lists, read):
    reading = read(lists)
    counts = Counter((s.native_split, s.expression) for s in reading.samples)
    assert set(counts.values()) == {3, 2}
    assert (len(counts), sum(counts.values())) == (16, 40)
    codes = Counter(code for code, _ in reading.faults)
    assert codes == {"E_LABEL": 3, "E_DECODE": 1, "E_MISSING": 1}
    messages = "".join(r.message for r in reading.rejects)
    assert all(reason in messages for reason in ("none", "uncertain", "no face", "0 bytes"))
    capital = list(lists.glob("**/*.JPG"))
    assert len(capital) == 1
    assert any(i.endswith(capital[0].with_suffix(".jpg").name) for i in reading.ids)
    assert "validation.csv (no header)" in reading.recognition.why


def test_faces_lie_where_the_list_says(lists, read):
    for sample in read(lists).samples:
        assert sample.box == (7.0, 7.0, 49.0, 49.0)
        assert sample.pixels.shape == (64, 64, 3)
        assert -1 <= sample.valence <= 1
        assert -1 <= sample.arousal <= 1
        center = sample.landmarks.mean(axis=0)
        assert np.all((center > 20) & (center < 44))


def test_pictures_are_red_before_blue(lists, read):
    pixels = np.concatenate([s.pixels.reshape(-1, 3) for s in read(lists).samples]).astype(float)
    red, _, blue = pixels.mean(axis=0)
    assert red > blue + 5


def test_same_seed_same_files(tmp_path):
    def content(name, seed):
        root = write_affectnet(tmp_path / name, per_class=1, val_per_class=1, seed=seed, size=32)
        files = sorted(p for p in root.rglob("*") if p.is_file())
        return {p.relative_to(root).as_posix(): p.read_bytes() for p in files}

    assert content("a", 1) == content("b", 1)
    assert content("a", 1) != content("c", 2)


def test_mini(tmp_path, read):
    reading = read(write_affectnet_mini(tmp_path / "mini", per_class=2, size=48))
    counts = Counter((s.native_split, s.expression) for s in reading.samples)
    assert Counter(counts.values()) == {2: 8, 1: 8}
    assert reading.faults == [
        ("E_MISSING", "train_set/images/48.jpg"),
        ("E_MISSING", "train_set/annotations/49_exp.npy"),
    ]
    assert all(s.landmarks is not None and -1 <= s.arousal <= 1 for s in reading.samples)


def test_standin(tmp_path, read):
    train, val = {"happy": 90, "fear": 5}, {"happy": 4, "neutral": 1}
    reading = read(write_affectnet_standin(tmp_path / "standin", train, val, seed=2))
    counts = Counter((s.native_split, s.expression) for s in reading.samples)
    assert counts == {
        ("Training", "happy"): 90,
        ("Training", "fear"): 5,
        ("Validation", "happy"): 4,
        ("Validation", "neutral"): 1,
    }
    assert reading.rejects == []
    assert len({pixel_digest(s.pixels) for s in reading.samples}) == 100
    labels = [s.expression for s in reading.samples[:95]]
    assert labels != sorted(labels)
