"""Some pictures of each class: which ones depends on the seed and the ids alone."""

import hashlib
from collections import Counter

import pytest

from fercurate.synthetic.affectnet import write_affectnet_mini, write_affectnet_standin

COUNTS = {"neutral": 12, "happy": 20, "contempt": 2}


@pytest.fixture(scope="module")
def standin(tmp_path_factory):
    folder = tmp_path_factory.mktemp("standin")
    return write_affectnet_standin(folder, COUNTS, {"happy": 6}, seed=4)


def test_counts_by_split_and_class(standin, read):
    drawn = read(standin, per_class=5)
    assert Counter((s.native_split, s.expression) for s in drawn.samples) == {
        ("Training", "neutral"): 5,
        ("Training", "happy"): 5,
        ("Training", "contempt"): 2,
        ("Validation", "happy"): 5,
    }


def test_the_rule_is_the_smallest_digests(standin, read):
    def key(sample):
        return hashlib.blake2b(f"7\0{sample.id}".encode(), digest_size=16).digest()

    happy = [s for s in read(standin).samples if s.id.startswith("affectnet:train/")]
    happy = [s for s in happy if s.expression == "happy"]
    chosen = {s.id for s in sorted(happy, key=key)[:4]}
    drawn = read(standin, per_class=4, seed=7)
    found = {s.id for s in drawn.samples if s.expression == "happy" and s.native_split[0] == "T"}
    assert found == chosen


def test_order_is_that_of_the_list(standin, read):
    every, drawn = read(standin).ids, read(standin, per_class=5).ids
    assert drawn == [name for name in every if name in set(drawn)]


def test_same_seed_same_draw_whatever_the_jobs(standin, read):
    draws = [read(standin, per_class=5, seed=1, jobs=jobs).ids for jobs in (1, 4, 0)]
    assert draws[0] == draws[1] == draws[2]
    assert read(standin, per_class=5, seed=2).ids != draws[0]


def test_a_larger_draw_contains_the_smaller(standin, read):
    small, large = read(standin, per_class=2), read(standin, per_class=4)
    assert set(small.ids) < set(large.ids)


def test_records_do_not_depend_on_jobs(standin, read):
    def facts(jobs):
        return [(s.id, s.image.content, s.line) for s in read(standin, jobs=jobs).samples]

    assert facts(1) == facts(3)


def test_a_broken_picture_is_not_replaced(plant, read, draw):
    rows = "".join(f"1/{n}.jpg,1,2,6,5,@points,1,0,0\n" for n in range(9))
    files = {f"images/1/{n}.jpg": None for n in range(9)}
    root = plant(files | {"training.csv": "@head\n" + rows + rows.replace("1,0,0", "10,-2,-2")})
    whole = read(root, per_class=3)
    (root / "images" / whole.ids[0].removeprefix("affectnet:train/")).write_bytes(b"")
    (root / "images" / whole.ids[1].removeprefix("affectnet:train/")).unlink()
    drawn = read(root, per_class=3)
    assert drawn.ids == whole.ids[2:]
    codes = Counter(code for code, _ in drawn.faults)
    assert codes == {"E_LABEL": 9, "E_DECODE": 1, "E_MISSING": 1}


def test_no_other_picture_is_read(standin, read, monkeypatch):
    from fercurate.sources.reading import loading

    decoded = []
    decode = loading.image_facts
    monkeypatch.setattr(loading, "image_facts", lambda c: decoded.append(c) or decode(c))
    assert len(read(standin, per_class=1, jobs=1).samples) == len(decoded) == 4


@pytest.mark.parametrize("per_class", [0, -1, 1000])
def test_no_draw(standin, read, per_class):
    assert len(read(standin, per_class=per_class).samples) == 40


def test_other_layouts(plant, read, tmp_path):
    mini = write_affectnet_mini(tmp_path / "mini", per_class=3, size=32)
    drawn = read(mini, per_class=2)
    train = [s for s in drawn.samples if s.native_split == "Training"]
    assert (len(train), len(drawn.samples), len(drawn.rejects)) == (16, 24, 2)
    labels = "pth,label\n" + "".join(f"sad/{n}.png,sad\n" for n in range(6))
    pack = plant({f"sad/{n}.png": None for n in range(6)} | {"labels.csv": labels})
    assert len(read(pack, per_class=2).samples) == 2
    assert read(pack, per_class=2).rejects == []
