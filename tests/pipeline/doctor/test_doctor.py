"""Every fault that is planted in a machine is named, with what to do about it."""

import os
import shutil
import sys
from collections import namedtuple
from collections.abc import Callable
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import pytest

from fercurate.pipeline.doctor import libraries, places
from fercurate.pipeline.doctor.doctor import examine
from fercurate.pipeline.doctor.finding import Finding
from fercurate.pipeline.doctor.libraries import library_findings
from fercurate.pipeline.measure.models import MODELS
from fercurate.screening.face import haar
from fercurate.screening.screener import Screener

Usage = namedtuple("Usage", "total used free")  # as shutil has it


def named(findings: object, name: str) -> Finding:
    (found,) = (one for one in findings if one.name == name)  # type: ignore[attr-defined]
    return found


def other_versions(**given: str) -> Callable[[str], str]:
    """The versions of this environment, but for some; "" stands for a package that is not there."""
    told = {name.replace("_", "-"): value for name, value in given.items()}

    def installed(name: str) -> str:
        if name not in told:
            return version(name)
        if not told[name]:
            raise PackageNotFoundError(name)
        return told[name]

    return installed


@pytest.mark.parametrize(
    ("package", "found", "says"),
    [
        ("numpy", "1.26.4", "1.26.4; expected <3,>=2.1.3"),
        ("opencv-python-headless", "5.0.0.93", "5.0.0.93; expected <5,>=4.13.0.90"),
        ("click", "9.0", "9.0; expected <9,>=8.1"),
        ("albumentations", "2.0.9", "2.0.9; expected ==2.0.8"),
        ("scipy", "", "not installed"),
    ],
)
def test_wrong_majors_and_missing_packages(package: str, found: str, says: str) -> None:
    told = {package.replace("-", "_"): found}
    finding = named(library_findings(other_versions(**told)), package)
    assert (finding.state, finding.facts) == ("fault", says)
    assert finding.remedy.startswith(f"pip install '{package}")


def test_versions_within_their_bounds_are_no_fault() -> None:
    given = other_versions(numpy="2.1.3", pillow="12.99", matplotlib="3.9rc1", heic="")
    states = {one.name: one.state for one in library_findings(given)}
    assert [states[name] for name in ("numpy", "pillow", "matplotlib", "cv2")] == ["ok"] * 4
    assert "fault" not in states.values()


def test_two_packages_in_one_folder() -> None:
    given = other_versions(opencv_python="4.12.0.88", opencv_contrib_python="")
    finding = named(library_findings(given), "cv2")
    assert finding.state == "fault"
    assert finding.facts.startswith("2 packages in one folder: opencv-python 4.12.0.88, opencv-")
    assert "pip uninstall -y opencv-python opencv-python-headless" in finding.remedy


def test_a_python_too_old(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(libraries.sys, "version_info", (3, 10, 2, "final", 0))
    finding = named(library_findings(), "python")
    assert (finding.state, finding.facts) == ("fault", "CPython 3.10.2")
    assert finding.remedy == "Make an environment with Python >=3.11"


def test_an_opencv_without_cascades(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(haar, "_file", lambda: tmp_path / "none.xml")
    finding = named(examine(tmp_path / "s.h5").findings, "haar cascades")
    assert finding.state == "fault"
    assert "fercurate models fetch yunet" in finding.remedy


def test_a_network_that_does_not_run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def broken(*_: object) -> None:
        raise ValueError("no such layer\nat line 3")

    monkeypatch.setattr(Screener, "measure", broken)
    finding = named(examine(tmp_path / "s.h5").findings, "screener")
    assert (finding.state, finding.facts) == ("fault", "does not run (no such layer)")


def test_instructions_that_are_switched_off(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("cv2.getCPUFeaturesLine", lambda: "SSE SSE2 *AVX2?")
    finding = named(examine(tmp_path / "s.h5").findings, "opencv instructions")
    assert finding.state == "note"
    assert "OPENCV_CPU_DISABLE" in finding.remedy


def test_a_full_disk(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(places.shutil, "disk_usage", lambda _: Usage(10**12, 10**12, 10**8))
    report = examine(tmp_path / "deep" / "s.h5")
    finding = named(report.findings, "room for stores and exports")
    assert (finding.state, finding.facts) == ("fault", f"{tmp_path}: 0.1 GB free")
    assert report.faults == 2  # of the cache as well


def test_a_store_that_may_only_be_read(monkeypatch: pytest.MonkeyPatch, shared_store: Path) -> None:
    monkeypatch.setattr(places.os, "access", lambda path, mode: mode != os.W_OK)
    finding = named(examine(shared_store).findings, "store")
    assert finding.state == "note"
    assert finding.facts == f"{shared_store}: 200 samples; read only"
    assert "need its owner" in finding.remedy


def test_a_folder_that_may_not_be_written(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(places.os, "access", lambda path, mode: False)
    finding = named(examine(tmp_path / "s.h5").findings, "room for stores and exports")
    assert finding.state == "note"
    assert "may not be written" in finding.facts


def test_a_damaged_store(shared_store: Path, tmp_path: Path) -> None:
    store = Path(shutil.copy(shared_store, tmp_path / "s.h5"))
    store.write_bytes(store.read_bytes()[:300])
    finding = named(examine(store).findings, "store")
    assert (finding.state, finding.remedy) == ("fault", f"fercurate verify {store}")


def test_models_that_are_missing_or_damaged(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("FERCURATE_CACHE", str(tmp_path))
    finding = named(examine(tmp_path / "s.h5").findings, "model yunet")
    assert (finding.state, finding.remedy) == ("note", "fercurate models fetch yunet")
    (tmp_path / MODELS["yunet"].file).write_bytes(b"half")
    finding = named(examine(tmp_path / "s.h5").findings, "model yunet")
    assert finding.state == "fault"
    assert finding.facts.startswith("damaged")


def test_packages_that_cannot_be_loaded_are_findings(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name in ("opencv", "places"):
        monkeypatch.setitem(sys.modules, f"fercurate.pipeline.doctor.{name}", None)
    report = examine(tmp_path / "s.h5")
    for name in ("opencv", "store and models"):
        finding = named(report.findings, name)
        assert (finding.state, "cannot be looked at" in finding.facts) == ("fault", True)
    assert named(report.findings, "numpy").state == "ok"


def test_a_damaged_installation_is_a_fault() -> None:
    def installed(name: str) -> str:
        return None if name == "scipy" else version(name)  # type: ignore[return-value]

    finding = named(library_findings(installed), "scipy")
    assert (finding.state, finding.facts) == ("fault", "its installation is damaged")


def test_yunet_takes_the_place_of_cascades(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(haar, "_file", lambda: tmp_path / "none.xml")
    monkeypatch.setattr(
        "fercurate.pipeline.doctor.opencv.find_face_model", lambda _: tmp_path / "yunet.onnx"
    )
    assert named(examine(tmp_path / "s.h5").findings, "haar cascades").state == "note"
