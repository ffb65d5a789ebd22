"""The site: what its tutorials say is done, and its reference names all that there is."""

import json
import re
import shlex
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import click
import pytest

from fercurate.cli.boundary import FINDINGS
from fercurate.cli.lazy import COMMANDS
from fercurate.cli.main import main
from fercurate.domain.sample import REJECT_MEANINGS
from fercurate.recipe.loader import json_schema
from fercurate.synthetic.affectnet import write_affectnet
from fercurate.synthetic.ckplus import write_ckplus
from fercurate.synthetic.fer2013 import write_fer2013

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"


def blocks(page: str, kind: str) -> list[str]:
    text = (DOCS / page).read_text(encoding="utf-8")
    return re.findall(rf"```{kind}\n(.*?)```", text, re.DOTALL)


def commands(page: str) -> list[str]:
    return [line for block in blocks(page, "console") for line in block.splitlines() if line]


def _lines(page: str) -> list[tuple[str, str]]:
    """Kind and line of every command and shell line of a page, in order."""
    text = (DOCS / page).read_text(encoding="utf-8")
    found = re.findall(r"```(console|sh)\n(.*?)```", text, re.DOTALL)
    return [(kind, line) for kind, block in found for line in block.splitlines() if line]


def do_all(run: Any, page: str) -> None:
    """Run every command of a page; what finds something may say so."""
    for line in commands(page):
        done = run(*shlex.split(line)[1:])
        assert done.code in {0, FINDINGS}, (line, done.err)
        assert "internal error" not in done.err


def test_fer2013_in_ten_minutes(run: Any, tmp_path: Path) -> None:
    write_fer2013(tmp_path, sizes=(140, 30, 30), seed=3)
    do_all(run, "tutorials/fer2013.md")
    for written in ("balance.png", "looks/normalize.png", "mine/train.h5", "mine/datasheet.md"):
        assert (tmp_path / written).is_file(), written
    trained = "\n".join(blocks("tutorials/fer2013.md", "sh"))
    assert "python mine/train.py --budget quick" in trained


def test_merge_three_corpora(run: Any, tmp_path: Path) -> None:
    write_fer2013(tmp_path / "fer2013", sizes=(100, 20, 20), seed=3)
    write_ckplus(tmp_path / "ckplus", subjects=8, sequences=2, seed=1, size=(160, 120))
    write_affectnet(tmp_path / "affectnet", per_class=8, seed=2, size=64)
    (recipe,) = blocks("tutorials/merge.md", "yaml")
    (tmp_path / "moods.yaml").write_text(recipe, encoding="utf-8")
    do_all(run, "tutorials/merge.md")
    assert (tmp_path / "moods" / "train.h5").is_file()
    assert (tmp_path / "moods.zip").is_file()


def test_review_with_a_colleague(run: Any, tmp_path: Path) -> None:
    write_fer2013(tmp_path, sizes=(100, 20, 20), seed=3)
    anna, ben = blocks("tutorials/review.md", "csv")
    (tmp_path / "anna.csv").write_text(anna, encoding="utf-8")
    (tmp_path / "ben.csv").write_text(ben, encoding="utf-8")
    (recipe,) = blocks("tutorials/review.md", "yaml")
    (tmp_path / "reviewed.yaml").write_text(recipe, encoding="utf-8")
    do_all(run, "tutorials/review.md")
    became = (tmp_path / "reviewed" / "samples.csv").read_text(encoding="utf-8")
    assert re.search("fer2013:0000006,.*,decision: not_face,", became)
    told = run("trace", "fer2013:0000003", "--store", "store.h5", "--export", "reviewed").out
    assert "anna" in told
    assert "ben" in told


def test_the_same_set_on_a_server_and_a_cluster(run: Any, tmp_path: Path) -> None:
    pytest.importorskip("distributed", reason="needs: pip install 'fercurate[cluster]'")
    write_fer2013(tmp_path, sizes=(100, 20, 20), seed=3)
    (settings,) = blocks("tutorials/cluster.md", "toml")
    (tmp_path / "fercurate.toml").write_text(settings, encoding="utf-8")
    do_all(run, "tutorials/cluster.md")
    assert run("diff", "parts", "alone").code == 0
    assert "ingest fer2013.csv" in (tmp_path / "curate.log").read_text(encoding="utf-8")


@pytest.mark.torch
def test_train_and_evaluate(run: Any, tmp_path: Path) -> None:
    """The trainings of the page as trials; its commands between them as they are."""
    pytest.importorskip("torch", reason="needs: pip install torch")
    write_fer2013(tmp_path, sizes=(140, 30, 30), seed=3)
    told = runs = tmp_path / "runs" / "fer2013_seven" / "compact_small"
    for kind, line in _lines("tutorials/train.md"):
        words = shlex.split(line)
        if kind == "console":
            done = run(*words[1:])
            assert done.code in {0, FINDINGS}, (line, done.err)
        elif words[0] == "python":
            trial = [*words[1:], *(["--smoke"] if "train.py" in words[1] else [])]
            subprocess.run([sys.executable, *trial], cwd=tmp_path, check=True, capture_output=True)
        if "train.py" in line:
            (told,) = tmp_path.glob("**/metrics.json")
            runs.parent.mkdir(parents=True, exist_ok=True)
            if told.parent != runs:
                told.parent.rename(runs)
    for name in ("metrics.json", "predictions_test.csv", "best.pt"):
        assert (runs / name).is_file(), name
    assert (tmp_path / "seven.folders").is_dir()


def test_the_commands_of_other_pages_are_ones_that_there_are() -> None:
    pages = [page.relative_to(DOCS).as_posix() for page in sorted(DOCS.rglob("*.md"))]
    root = click.Context(main, info_name="fercurate")
    for page in pages:
        for kind in ("console", "sh"):
            for block in blocks(page, kind):
                for line in block.splitlines():
                    found = re.match(r"fercurate (\w+)", line)
                    if found:
                        assert main.get_command(root, found[1]) is not None, (page, line)


@pytest.fixture(scope="module")
def hooks() -> Any:
    pytest.importorskip("mkdocs", reason="the site needs: pip install 'fercurate[docs]'")
    import importlib.util

    spec = importlib.util.spec_from_file_location("site_hooks", DOCS / "hooks.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_every_command_and_option_is_in_the_reference(hooks: Any) -> None:
    text = "\n".join(hooks.command_pages())
    context = click.Context(main, info_name="fercurate")
    for name in COMMANDS:
        assert f"## fercurate {name}\n" in text
        command = main.get_command(context, name)
        assert command is not None
        for option in (one for one in command.params if isinstance(one, click.Option)):
            assert option.opts[0] in text, (name, option.opts)


def test_every_key_of_a_recipe_is_in_the_reference(hooks: Any) -> None:
    text = "\n".join(hooks.key_pages())
    schema = json_schema()
    sections = [schema, *schema["$defs"].values()]
    for section in sections:
        for key in section.get("properties", {}):
            assert f"| `{key}` |" in text, key


def test_every_code_is_in_the_reference(hooks: Any) -> None:
    text = "\n".join(hooks.code_pages())
    for reject in REJECT_MEANINGS:
        assert f"| `{reject}` |" in text
    for code in (0, 1, 2, FINDINGS, 129, 130, 141, 143):
        assert f"\n| {code} | " in text


def test_every_field_of_json_is_in_the_reference(hooks: Any) -> None:
    meanings, fields = hooks.json_meanings(), hooks.json_fields()
    for kind, (_, names) in fields.items():
        own = meanings.get(kind, {})
        unsaid = set(names) - set(own) - set(meanings["every"])
        assert not unsaid, (kind, unsaid)
        assert not set(own) - set(names), (kind, set(own) - set(names))
    assert set(meanings) - {"every"} <= set(fields)


def test_every_page_has_its_place() -> None:
    nav = (ROOT / "mkdocs.yml").read_text(encoding="utf-8")
    for page in (*DOCS.rglob("*.md"), *DOCS.rglob("*.ipynb")):
        assert f": {page.relative_to(DOCS).as_posix()}\n" in nav, page


@pytest.mark.parametrize("page", sorted(DOCS.rglob("*.ipynb")), ids=lambda page: page.stem)
def test_a_notebook_is_kept_without_what_it_printed(page: Path) -> None:
    """``make docs`` runs them all, and fails where a cell does."""
    cells = json.loads(page.read_text(encoding="utf-8"))["cells"]
    code = [cell for cell in cells if cell["cell_type"] == "code"]
    assert len(code) >= 5
    assert not any(cell["outputs"] or cell["execution_count"] for cell in code)


def test_the_image_runs_as_nobody_in_particular_and_starts_the_command() -> None:
    lines = (DOCS / "Dockerfile").read_text(encoding="utf-8").splitlines()
    told = dict(line.split(maxsplit=1) for line in lines if line and not line.startswith("#"))
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert int(told["USER"].split(":")[0]) > 0
    assert json.loads(told["ENTRYPOINT"])[0] in project["scripts"]
    version = re.search(r"python:(3\.\d+)", told["FROM"])
    assert version is not None
    assert f"Programming Language :: Python :: {version[1]}" in project["classifiers"]
