"""A small part of the campaign (``make torture``), with its fixed seeds, and its own rulers."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.torture import flips, fuzz, kills
from benchmarks.torture.edits import edited, edits
from benchmarks.torture.hostile.campaign import all_cases, run_tables
from benchmarks.torture.hostile.case import Case, Done, Refused, Stored
from benchmarks.torture.material import Material, make_material
from benchmarks.torture.readers import Reader, readers
from benchmarks.torture.report import Part
from benchmarks.torture.sandbox import Outcome, preload, run


@pytest.fixture(scope="module")
def material(tmp_path_factory: pytest.TempPathFactory) -> Material:
    preload()
    return make_material(tmp_path_factory.mktemp("torture") / "material")


def faults(parts: Iterator[Part]) -> list[str]:
    return [f"{part.name}: {fault}" for part in parts for fault in part.faults]


def test_damage_is_noticed(material: Material, tmp_path: Path) -> None:
    copied = material.copy(tmp_path / "work")
    assert faults(flips.flip_heads(copied, 0.01)) == []
    copied = material.copy(tmp_path / "work")
    assert faults(flips.flip_parts(copied, 40)) == []
    assert faults(flips.flip_exports(copied, 60)) == []
    assert faults(flips.flip_by_command(copied, 10)) == []
    assert faults(flips.flip_older_heads(copied, 3)) == []


def test_hostile_inputs_end_as_they_must(tmp_path: Path) -> None:
    preload()
    assert faults(run_tables(tmp_path / "work", 0.02)) == []


def test_mutated_inputs_raise_nothing_else(material: Material, tmp_path: Path) -> None:
    assert faults(fuzz.fuzz(readers(material, tmp_path), 3000)) == []


def test_kills_lose_nothing(material: Material, tmp_path: Path) -> None:
    quick = [verb for verb in kills.VERBS if verb.name in ("ingest more", "build --overwrite")]
    assert len(quick) == 2
    for verb in quick:
        assert kills.kill_verb(verb, material, tmp_path / "work", 5).faults == []
        assert kills.end_verb(verb, material, tmp_path / "work", 4).faults == []


def test_there_are_a_thousand_cases_with_names_of_their_own() -> None:
    cases = all_cases()
    assert len(cases) >= 1000
    named = [(case.kind, case.name) for case in cases]
    assert len(set(named)) == len(named)


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


def test_silence_is_a_fault(material: Material, tmp_path: Path) -> None:
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
