"""Which frames of a sequence become samples, above all in short ones."""

import pytest

# frames in the sequence -> frames chosen as neutral (n) and peak (p), for peak = 1, 2, 3
WITH_NEUTRAL = {
    1: ("p", "p", "p"),
    2: ("np", "pp", "pp"),
    3: ("n-p", "npp", "ppp"),
    4: ("n--p", "n-pp", "nppp"),
    5: ("n---p", "n--pp", "n-ppp"),
}
CASES = [
    (length, peak, neutral, shown if neutral else shown.replace("n", "-"))
    for length, row in WITH_NEUTRAL.items()
    for peak, shown in enumerate(row, start=1)
    for neutral in (True, False)
]


@pytest.mark.parametrize(
    ("length", "peak", "neutral", "shown"),
    CASES,
    ids=[f"{n} frames, peak {p}, neutral {on}" for n, p, on, _ in CASES],
)
def test_neutral_and_peak_never_overlap(length, peak, neutral, shown, tree, read) -> None:
    tree.sequence(frames=range(1, length + 1), code="7")
    samples = read(tree.root, peak=peak, neutral="first" if neutral else "none").samples
    expected = [
        (frame, "0" if mark == "n" else "7", "neutral" if mark == "n" else "surprise")
        for frame, mark in enumerate(shown, start=1)
        if mark != "-"
    ]
    assert [(s.frame, s.native_label, s.expression) for s in samples] == expected


@pytest.mark.parametrize("peak", [0, -1])
def test_there_is_always_one_peak_frame(peak, tree, read) -> None:
    tree.sequence()
    assert [s.frame for s in read(tree.root, peak=peak).samples] == [1, 11]


def test_all_frames_may_be_peak(tree, read) -> None:
    tree.sequence()
    samples = read(tree.root, peak=100).samples
    assert [s.frame for s in samples] == list(range(1, 12))
    assert {s.native_label for s in samples} == {"3"}
