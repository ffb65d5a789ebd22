"""A tree with the published numbers: 593 sequences, 123 subjects, 327 labels."""

from pathlib import Path

import pytest

from fercurate.synthetic.ckplus import subject_ids

CLASSES = {"1": 45, "2": 18, "3": 59, "4": 25, "5": 69, "6": 28, "7": 83}
FACTS = (
    "593 sequences of 123 subjects; 327 labeled, of 118 subjects (angry 45, contempt 18, "
    "disgust 59, fear 25, happy 69, sad 28, surprise 83); 266 without a label give no sample"
)


@pytest.fixture
def published(tree):
    """One frame a sequence; 118 subjects have labels."""
    codes = [code for code, count in CLASSES.items() for _ in range(count)]
    subjects = subject_ids(123)
    for index in range(593):
        labeled = index < len(codes)
        subject = subjects[index % 118] if labeled else subjects[(index - 327) % 123]
        key = f"{subject}/{index // 118 + 1 if labeled else index // 123 + 10:03d}"
        tree.frame(key, 7, shape=(4, 4))
        if labeled:
            tree.label(key, 7, f"   {float(codes[index]):.7e}\n")
    return tree


def test_the_published_counts_are_known(published, read) -> None:
    reading = read(published.root)
    assert len(reading.samples) == 327
    assert len({s.subject for s in reading.samples}) == 118
    assert reading.variant.startswith(f"the counts of the published CK+: {FACTS}; no FACS")


def test_what_is_missing_is_said(published, read) -> None:
    label = next(path for path in sorted(Path(published.root, "Emotion").rglob("*.txt")))
    assert "1.0000000e+00" in label.read_text()
    label.unlink()
    assert read(published.root).variant.startswith(
        "not the counts of the published CK+ (missing: labeled 1, angry 1): 593 sequences"
    )


def test_what_is_surplus_is_said(published, read) -> None:
    published.sequence("S161/001", frames=range(1, 2), code="0")
    assert read(published.root).variant.startswith(
        "not the counts of the published CK+ "
        "(surplus: sequences 1, subjects 1, labeled 1, neutral 1): 594 sequences"
    )
