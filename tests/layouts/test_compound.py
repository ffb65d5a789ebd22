"""An export of compound expressions: laid out and read again under its names, or refused."""

from collections import Counter
from pathlib import Path

import pytest

from fercurate.domain.expression import COMPOUND_EXPRESSIONS
from fercurate.errors import ExportError
from fercurate.pipeline.building.build import BuildRequest, build
from fercurate.pipeline.exporting.choice import chosen_layout
from fercurate.pipeline.exporting.export import LayoutRequest, export_layout
from fercurate.pipeline.ingest.ingest import ingest
from fercurate.pipeline.ingest.request import IngestRequest
from fercurate.recipe.loader import parse_recipe
from fercurate.store.store import Store
from tests.conftest import Run
from tests.corpora import plant
from tests.layouts.test_round_trip import check

LIST = "compound/EmoLabel/list_patition_label.txt"
HEAD = "version: 1\nname: drawn\ndescription: for tests of layouts\nsources: [rafdb_compound]\n"
TAIL = (
    "splits: {kind: native, train: [Training], test: [Test]}\n"
    "normalize: [{kind: grayscale}, {kind: resize, size: 16}]\n"
)
RECIPES = {
    "all": f"{HEAD}labels: {{scheme: compound_11}}\n{TAIL}",
    "two": HEAD
    + "labels: {scheme: {name: two, classes: [sadly_angry, happily_surprised]}}\n"
    + TAIL,
}
WITH_NAMES = ["imagefolder", "raf-basic", "list", "csv", "cub", "hf", "webdataset", "npz"]


@pytest.fixture(scope="module")
def exports(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Four pictures of each compound expression, three of them in train; built twice."""
    root = tmp_path_factory.mktemp("compound")
    names = [f"train_{n:05d}" for n in range(33)] + [f"test_{n:04d}" for n in range(11)]
    lines = "".join(f"{name}.jpg {n % 11 + 1}\n" for n, name in enumerate(names))
    pictures = {f"compound/Image/aligned/{name}_aligned.jpg": n for n, name in enumerate(names)}
    ingest(IngestRequest((plant(root / "raf", {LIST: lines, **pictures}),), root / "store.h5"))
    for name, recipe in RECIPES.items():
        request = BuildRequest(parse_recipe(recipe, "drawn.yaml"), root / "store.h5", root / name)
        build(request)
    return {name: root / name for name in RECIPES}


@pytest.mark.parametrize("export", RECIPES)
@pytest.mark.parametrize("kind", WITH_NAMES)
def test_what_is_laid_out_is_read_again(
    kind: str, export: str, exports: dict[str, Path], tmp_path: Path, run: Run
) -> None:
    if kind == "hf":
        pytest.importorskip("pyarrow")
    layout, _ = chosen_layout(kind, "", {})
    report = export_layout(LayoutRequest(exports[export], layout, tmp_path / "out"))
    check(report, exports[export], run, tmp_path)
    with Store.open(tmp_path / "again.h5") as store:
        found = Counter(store.manifest.text("expression"))
    classes = COMPOUND_EXPRESSIONS if export == "all" else ("sadly_angry", "happily_surprised")
    assert found == dict.fromkeys(classes, 4)


@pytest.mark.parametrize("told", [{"capitalized": "true"}, {"folders": "numbers"}])
def test_other_names_of_class_folders_are_read_again(
    told: dict[str, str], exports: dict[str, Path], tmp_path: Path, run: Run
) -> None:
    layout, _ = chosen_layout("imagefolder", "", told)
    report = export_layout(LayoutRequest(exports["all"], layout, tmp_path / "out"))
    check(report, exports["all"], run, tmp_path)


@pytest.mark.parametrize(
    ("kind", "says"),
    [
        ("fer2013-csv", "happily_surprised, for which there is no code"),
        ("affectnet-2021", "happily_surprised, for which there is no code"),
        ("ferplus", "have no votes"),
    ],
)
def test_a_layout_with_other_codes_refuses_it(
    kind: str, says: str, exports: dict[str, Path], tmp_path: Path
) -> None:
    layout, _ = chosen_layout(kind, "", {})
    with pytest.raises(ExportError, match=says) as caught:
        export_layout(LayoutRequest(exports["two"], layout, tmp_path / "out"))
    assert caught.value.expected
    assert not (tmp_path / "out").exists()


def test_the_list_of_raf_basic_has_the_codes_of_the_compound_set(
    exports: dict[str, Path], tmp_path: Path
) -> None:
    layout, _ = chosen_layout("raf-basic", "", {})
    report = export_layout(LayoutRequest(exports["two"], layout, tmp_path / "out"))
    codes = {line.split()[1] for line in (tmp_path / "out" / LIST).read_text().splitlines()}
    assert codes == {"1", "4"}
    assert "compound/" in " ".join(report.facts["remarks"])
    assert not (tmp_path / "out" / "EmoLabel").exists()
    assert (tmp_path / "out/compound/Image/aligned").is_dir()
