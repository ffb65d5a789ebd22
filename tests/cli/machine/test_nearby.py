"""A path where nothing is: what is called so nearby is named."""

from pathlib import Path

import pytest

from fercurate.files.nearby import otherwise_nearby


def test_what_has_the_name_nearby_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    usual = Path("data/processed")
    assert otherwise_nearby(usual / "store.h5", "Make one") == "Make one"
    Path("store.h5").write_bytes(b"")
    assert (
        otherwise_nearby(usual / "store.h5", "Make one")
        == "There is store.h5: say that in its place"
    )
    (usual / "mine").mkdir(parents=True)
    assert otherwise_nearby(Path("mine"), "Make one").startswith("There is data/processed/mine:")
    assert otherwise_nearby(usual / "mine" / "", "Make one") == "Make one"
    assert otherwise_nearby(Path(), "Make one") == "Make one"


def test_commands_name_it(run, tmp_path: Path) -> None:
    (tmp_path / "store.h5").write_bytes(b"")
    for command in (("stats",), ("audit",), ("build", "--recipe", "fer2013_seven"), ("verify",)):
        told = run(*command).err
        assert "There is store.h5: say that in its place" in told, command


def test_a_trainer_is_named_in_any_case_and_the_nearest_one_is_told(run) -> None:
    assert "no such export" in run("export", "x", "--for", "POSTER++").err
    told = run("export", "x", "--for", "torchvison").err
    assert "(did you mean 'torchvision'?); see --list" in told
