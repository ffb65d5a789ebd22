"""The documentation says what is so."""

import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
import yaml

import fercurate
from fercurate.cli.lazy import COMMANDS
from fercurate.domain.sample import REJECT_MEANINGS
from fercurate.domain.taxonomy import label_maps, schemes
from fercurate.recipe.loader import json_schema, parse_recipe
from fercurate.recipe.shipped import load_recipe, recipe_files
from fercurate.screening.presets import PRESETS, card, operating_point, preset
from fercurate.screening.registry import CRITERIA
from fercurate.sources.registry import READERS

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text()


def test_the_readme_has_a_row_for_every_command_source_and_recipe() -> None:
    for name, line in COMMANDS.items():
        assert re.search(rf"\| `fercurate {name}[^|]*(\\\|[^|]*)?` \| {re.escape(line)} \|", README)
    for reader in READERS:
        assert f"| `{reader.name}` |" in README
        assert reader.license in README
    for name, path in recipe_files().items():
        assert f"| `{name}` | {load_recipe(str(path)).recipe.description} |" in README


def test_the_make_targets_of_the_readme_exist() -> None:
    makefile = (ROOT / "Makefile").read_text()
    for target in re.findall(r"^make (\w+)$", README, re.MULTILINE):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE)
    assert re.findall(r"^make (\w+)$", README, re.MULTILINE) == ["demo", "test"]


@pytest.mark.parametrize(
    "path", [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")], ids=lambda path: path.name
)
def test_links_lead_somewhere(path: Path) -> None:
    for target in re.findall(r"\]\(([^)#:]+)\)", path.read_text()):
        assert (path.parent / target).exists(), target


def test_the_tour_in_the_readme_runs(run, fer_folder: Path, tmp_path: Path) -> None:
    (tmp_path / "fer2013.csv").write_bytes((fer_folder / "fer2013.csv").read_bytes())
    block = README.partition("pip install .\n")[2].partition("```")[0]
    commands = block.strip().splitlines()
    assert len(commands) == 4
    for command in commands:
        assert run(*command.split()[1:]).code == 0
    assert (tmp_path / "balance.png").is_file()
    code = README[README.index("import h5py") :].partition("```")[0]
    names: dict[str, object] = {}
    exec(compile(code, "README.md", "exec"), names)
    assert names["images"].shape == (64, 48, 48)  # type: ignore[attr-defined]
    assert names["names"][:2] == ["angry", "disgust"]  # type: ignore[index]


def test_the_python_of_the_readme_runs(
    fer_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "fer2013.csv").write_bytes((fer_folder / "fer2013.csv").read_bytes())
    code = README[README.index("import fercurate") :].partition("```")[0]
    with pytest.warns(fercurate.FercurateWarning, match="changed copies"):
        exec(compile(code, "README.md", "exec"), {})
    assert fercurate.count_classes("modified_fer").total == 800


def test_the_recipe_document_has_every_key_and_a_recipe_that_reads() -> None:
    text = (ROOT / "docs" / "recipes.md").read_text()
    blocks = [part.partition("```")[0] for part in text.split("```yaml\n")[1:]]
    whole = [block for block in blocks if block.startswith("version: 1")]
    assert [parse_recipe(one, "docs").recipe.name for one in whole] == ["my_set", "mine"]
    for key in json_schema()["properties"]:
        assert f"`{key}" in text, key
    for name in schemes():
        assert f"`{name}`" in text


def test_the_corpora_document_has_every_reject_code_and_label_map() -> None:
    text = (ROOT / "docs" / "corpora.md").read_text()
    for code, meaning in REJECT_MEANINGS.items():
        assert f"| `{code}` | {meaning} |" in text
    for name in label_maps():
        assert f"`{name}`" in text


def test_no_machine_path_stands_in_the_repository() -> None:
    listed = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split()
    assert listed
    for name in listed:
        path = ROOT / name
        if path.is_file() and path != Path(__file__).resolve():
            text = path.read_bytes()
            assert b"/work/" not in text, name
            assert b"/root/" not in text, name


def test_the_wheel_carries_recipes_schemes_and_documents(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "pip", "wheel", "--no-deps", "--no-build-isolation", "-q",
         "-w", str(tmp_path), str(ROOT)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    (wheel,) = tmp_path.glob("*.whl")
    names = set(zipfile.ZipFile(wheel).namelist())
    for name in recipe_files():
        assert f"fercurate/recipe/shipped_recipes/{name}.yaml" in names
    for name in (
        "domain/tables/schemes.toml",
        "domain/tables/label_maps.toml",
        "store/format.md",
        "py.typed",
    ):
        assert f"fercurate/{name}" in names


def test_the_screening_page_states_what_was_measured() -> None:
    page = (ROOT / "docs" / "screening.md").read_text()
    for name in PRESETS:
        point, threshold = operating_point(name), preset(name).drop["occluded"]
        row = f"| `{name}` | {threshold:.2f} | {point.precision} | {point.recall} |"
        assert f"{row} {point.dropped:.1%} |" in page
    for name in ("not_human", "occluded", "watermark"):
        value, low, high = card()["measured"][name]["average_precision"]
        assert f"| `{name}` | {value:.2f} ({low:.2f} to {high:.2f}) |" in page
    for criterion in CRITERIA:
        assert f"`{criterion.name}`" in page


def test_the_citation_is_of_this_version() -> None:
    text = (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    found = yaml.safe_load(text)
    assert found["version"] == fercurate.__version__
    assert found["license"] == "MIT"
    changes = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert f"\n## {fercurate.__version__} - {found['date-released']}\n" in changes
