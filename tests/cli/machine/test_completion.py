"""The scripts of shells, the words that they are offered, and what is said of a machine."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from fercurate.pipeline.doctor import doctor
from fercurate.pipeline.doctor.finding import Finding


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_shell_reads_its_script(run: Any, shell: str, tmp_path: Path) -> None:
    done = run("completion", shell)
    assert (done.code, done.err) == (0, "")
    assert f"_FERCURATE_COMPLETE={shell}_complete" in done.out
    assert json.loads(run("completion", shell, "--json").out)["script"].rstrip(
        "\n"
    ) == done.out.rstrip("\n")
    if shutil.which(shell) is None:
        pytest.skip(f"{shell} is not installed")
    script = tmp_path / "script"
    script.write_text(done.out)
    subprocess.run([shell, "-n", str(script)], check=True)


@pytest.mark.parametrize(
    ("words", "offered"),
    [
        ("fercurate buil", "build"),
        ("fercurate build --recipe modif", "modified_fer"),
        ("fercurate preview --recipe clean_f", "clean_five"),
        ("fercurate recipes smot", "smote_seven"),
        ("fercurate export --to webd", "webdataset"),
        ("fercurate ingest --source ckp", "ckplus"),
        ("fercurate completion z", "zsh"),
    ],
)
def test_words_are_offered(words: str, offered: str, tmp_path: Path) -> None:
    told = {"_FERCURATE_COMPLETE": "bash_complete", "COMP_WORDS": words}
    told["COMP_CWORD"] = str(len(words.split()) - 1)
    code = "import sys; sys.argv = ['fercurate']; from fercurate.cli.main import run; run()"
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=os.environ | told,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert f"plain,{offered}" in done.stdout.splitlines()


def test_the_doctor_names_faults_and_ends_with_3(run: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    done = run("doctor", "--store", "no.h5")
    assert (done.code, done.out.splitlines()[-1]) == (0, "no faults")
    assert "-> fercurate ingest CORPUS, or: --store" in done.out
    bad = Finding("numpy", "fault", "1.0; expected >=2", "pip install 'numpy>=2'")
    monkeypatch.setattr(doctor, "library_findings", lambda: iter([bad]))
    done = run("doctor")
    assert done.code == 3
    first, second, *_, last = done.out.splitlines()
    assert first.split() == ["fault", "numpy", "1.0;", "expected", ">=2"]
    assert second.strip() == "-> pip install 'numpy>=2'"
    assert last == "1 fault"
    document = json.loads(run("doctor", "--json").out)
    assert (document["kind"], document["faults"]) == ("machine", 1)
    assert document["findings"][0] == bad.to_json()


def test_the_version_names_what_can_change_a_byte(run: Any) -> None:
    first, *others = run("--version").out.splitlines()
    assert first.startswith("fercurate ")
    assert {line.split()[0] for line in others} >= {"python", "numpy", "hdf5", "pillow"}
