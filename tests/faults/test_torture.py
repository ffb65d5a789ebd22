"""A small part of the campaign (``make torture``), with its fixed seeds, and its own rulers."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.torture import flips, fuzz
from benchmarks.torture.edits import edited, edits
from benchmarks.torture.hostile.case import Case, Done, Refused, Stored
from benchmarks.torture.readers import Reader
from benchmarks.torture.report import Part
from benchmarks.torture.sandbox import Outcome, run

ROOT = Path(__file__).resolve().parents[2]


def campaign(*options: str) -> str:
    """Run the campaign in a process of its own: one that has used OpenCV must not fork."""
    command = [sys.executable, "-m", "benchmarks.torture", *options]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-1000:]
    return done.stdout


def test_damage_is_noticed() -> None:
    assert "flips and cuts of an export's files" in campaign("--only", "flips", "--share", "0.01")


def test_hostile_inputs_end_as_they_must() -> None:
    assert "hostile: special files" in campaign("--only", "hostile", "--share", "0.015")


def test_mutated_inputs_raise_nothing_else() -> None:
    assert "fuzzed: images" in campaign("--only", "fuzz", "--share", "0.003")


def test_kills_lose_nothing() -> None:
    verbs = ("--verb", "ingest more", "--verb", "build --overwrite")
    assert "killed: build --overwrite" in campaign("--only", "kills", "--share", "0.02", *verbs)


def test_there_are_thousands_of_cases_with_names_of_their_own() -> None:
    code = (
        "from benchmarks.torture.hostile.campaign import all_cases as cases\n"
        "named = [(case.kind, case.name) for case in cases()]\n"
        "print(len(named), len(set(named)))"
    )
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    count, different = map(int, done.stdout.split())
    assert count == different >= 5000


# The rulers measure: what they are for is seen.


def test_a_crash_a_hang_and_a_traceback_are_faults() -> None:
    def crash() -> int:
        import ctypes

        return int(ctypes.string_at(0)[0])

    def hang() -> int:
        while True:
            pass

    def fail() -> int:
        raise ValueError("internal error")

    assert "signal 11" in run(crash).crash
    assert "no end" in run(hang, seconds=0.3).crash
    assert "Traceback" in run(fail).crash
    assert run(lambda: 0).crash == ""


def test_silence_is_a_fault(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"content")
    part = Part("p")
    flips.damage_file(part, path, flips.every_bit(b"content"), lambda: "")
    assert (part.tries, part.faults) == (56, ["silent"])
    assert path.read_bytes() == b"content"


def test_an_error_of_another_kind_and_a_slow_reader_are_faults(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def raises(content: bytes) -> None:
        if b"x" not in content:
            raise KeyError("not the reader's own")

    found = fuzz.fuzz_reader(Reader("r", (b"xyz",), raises, (ValueError,)), 50)
    assert "KeyError" in found.faults[0]

    def endless(content: bytes) -> None:
        while content != b"xyz":
            pass

    monkeypatch.setattr(fuzz, "LONGEST", 0.1)
    found = fuzz.fuzz_reader(Reader("r", (b"xyz",), endless), 5)
    assert "over 0.1 s" in found.faults[0]


OUTCOMES: list[tuple[Any, Outcome, bool]] = [
    (Refused("a.csv"), Outcome(1, "", "fercurate: error: a.csv: no\n", 0.1, 1), True),
    (Refused("b.csv"), Outcome(1, "", "fercurate: error: a.csv: no\n", 0.1, 1), False),
    (Refused(), Outcome(0, "", "", 0.1, 1), False),
    (Done("3 rows"), Outcome(0, "3 rows", "", 0.1, 1), True),
    (Done("4 rows"), Outcome(0, "3 rows", "", 0.1, 1), False),
    (Stored(1), Outcome(0, '{"inputs": [{"added": 1, "rejects": {}}]}', "", 0.1, 1), True),
    (Stored(1), Outcome(0, '{"inputs": [{"added": 1, "rejects": {"E": 1}}]}', "", 0.1, 1), False),
]


@pytest.mark.parametrize(("expected", "outcome", "well"), OUTCOMES)
def test_expectations_can_fail(expected: Any, outcome: Outcome, well: bool) -> None:
    assert (expected.fault(outcome) == "") is well


def test_a_case_that_takes_too_much_is_a_fault(tmp_path: Path) -> None:
    case = Case("k", "n", lambda _: None, ("stats", "nothing.h5"), Refused("nothing"))
    assert case.run(tmp_path)[1] == ""
    assert Outcome(0, "", "", 11.0, 1).fault == "11.0 s"
    assert Outcome(0, "", "", 1.0, 2 * 10**9).fault == "2,000 MB"


@given(st.binary(max_size=60), edits)
def test_edits_are_bounded_and_repeatable(seed: bytes, changes: Any) -> None:
    content = edited(seed, changes)
    assert content == edited(seed, changes)
    assert len(content) <= 60 * 8**5 + 5000
