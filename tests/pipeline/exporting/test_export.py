"""The verb ``export``: whole or not at all, the same for any number of workers, clear refusals."""

import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from fercurate.errors import ConflictError, ExportError, UsageError
from fercurate.export.data_file import DataFile
from fercurate.files.folder import contents
from fercurate.layouts.base import LayoutData, LayoutPlan, LayoutWork
from fercurate.layouts.trees.image_folder import ImageFolder
from fercurate.pipeline.building.build import BuildRequest, build
from fercurate.pipeline.events import Advanced, Event, Started
from fercurate.pipeline.exporting.choice import chosen_layout
from fercurate.pipeline.exporting.export import LayoutRequest, export_layout
from fercurate.recipe.loader import parse_recipe
from tests.layouts.conftest import HEAD, NATIVE, Exports, exports

__all__ = ["exports"]


def asked(export: Path, name: str, output: Path, **more: Any) -> LayoutRequest:
    layout, _ = chosen_layout(name, "", more.pop("settings", {}))
    return LayoutRequest(export, layout, output, **more)


def tree(folder: Path) -> dict[str, bytes]:
    return {n: b"" if n.endswith("/") else (folder / n).read_bytes() for n in contents(folder)}


@pytest.mark.parametrize(
    "name", ["imagefolder", "affectnet-2021", "fer2013-csv", "hf", "webdataset", "npz"]
)
def test_any_number_of_workers_writes_the_same(name: str, exports: Exports, tmp_path: Path) -> None:
    trees = []
    for jobs in (1, 3):
        export_layout(asked(exports("seven"), name, tmp_path / str(jobs), jobs=jobs))
        trees.append(tree(tmp_path / str(jobs)))
    assert trees[0] == trees[1]


def test_progress_counts_every_row(exports: Exports, tmp_path: Path) -> None:
    events: list[Event] = []
    export_layout(asked(exports("seven"), "list", tmp_path / "out"), events.append)
    assert [e.total for e in events if isinstance(e, Started)] == [200]
    assert sum(e.count for e in events if isinstance(e, Advanced)) == 200


@pytest.mark.parametrize("name", ["imagefolder", "affectnet-2021", "hf"])
def test_a_layout_is_replaced_only_if_asked(name: str, exports: Exports, tmp_path: Path) -> None:
    request = asked(exports("seven"), name, tmp_path / "out")
    export_layout(request)
    before = tree(tmp_path / "out")
    with pytest.raises(ConflictError, match="a layout is there already"):
        export_layout(request)
    export_layout(asked(exports("seven"), "npz", tmp_path / "out", overwrite=True))
    assert sorted(tree(tmp_path / "out")) == ["README.md", "data.npz", "layout.json", "rows.csv"]
    export_layout(asked(exports("seven"), name, tmp_path / "out", overwrite=True))
    assert tree(tmp_path / "out") == before


@pytest.mark.parametrize("place", ["notes.txt", "train/happy/mine.png", "train/cache/x"])
def test_what_others_put_there_is_kept(place: str, exports: Exports, tmp_path: Path) -> None:
    request = asked(exports("seven"), "imagefolder", tmp_path / "out", overwrite=True)
    export_layout(request)
    mine = tmp_path / "out" / place
    mine.parent.mkdir(parents=True, exist_ok=True)
    mine.write_text("mine")
    with pytest.raises(ConflictError, match="files that no layout made"):
        export_layout(request)
    assert mine.read_text() == "mine"


def test_an_export_is_not_taken_for_a_layout(exports: Exports, tmp_path: Path) -> None:
    shutil.copytree(exports("seven"), tmp_path / "copy")
    with pytest.raises(ConflictError, match="files that no layout made"):
        export_layout(asked(exports("seven"), "npz", tmp_path / "copy", overwrite=True))


def test_nothing_is_left_of_a_failure(
    exports: Exports, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    request = asked(exports("seven"), "imagefolder", tmp_path / "out")
    export_layout(request)
    before = tree(tmp_path / "out")

    def fails(
        self: ImageFolder, folder: Path, data: LayoutData, plan: LayoutPlan, work: LayoutWork
    ) -> set[str]:
        (folder / "half.png").write_bytes(b"x")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(ImageFolder, "write", fails)
    with pytest.raises(OSError, match="No space"):
        export_layout(asked(exports("seven"), "imagefolder", tmp_path / "out", overwrite=True))
    assert tree(tmp_path / "out") == before
    assert [path.name for path in tmp_path.iterdir() if path.name != "out"] == []


def test_a_changed_export_is_refused(exports: Exports, tmp_path: Path) -> None:
    shutil.copytree(exports("seven"), tmp_path / "changed")
    data = bytearray((tmp_path / "changed" / "val.h5").read_bytes())
    data[-1] ^= 1
    (tmp_path / "changed" / "val.h5").write_bytes(data)
    with pytest.raises(ExportError, match=r"val\.h5: changed since it was built"):
        export_layout(asked(tmp_path / "changed", "npz", tmp_path / "out"))
    assert not (tmp_path / "out").exists()


def test_a_single_file_is_laid_out(exports: Exports, tmp_path: Path) -> None:
    report = export_layout(asked(exports("seven") / "test.h5", "imagefolder", tmp_path / "out"))
    assert list(report.facts["splits"]) == ["test"]
    assert report.facts["sources"] == {}


REFUSED = {
    "seven classes": ("eight", "raf-basic", {}, "the export has contempt"),
    "gray only": ("colored", "fer2013-csv", {}, "pictures in color"),
    "votes": ("colored", "ferplus", {}, "have no votes"),
    "order": ("seven", "list", {"order": "happy,sad"}, "for which there is no code"),
}


@pytest.mark.parametrize("case", REFUSED.values(), ids=REFUSED)
def test_what_a_layout_cannot_hold_is_refused(
    case: tuple[str, str, dict[str, str], str], exports: Exports, tmp_path: Path
) -> None:
    name, kind, settings, message = case
    with pytest.raises(ExportError, match=message):
        export_layout(asked(exports(name), kind, tmp_path / "out", settings=settings))
    assert not (tmp_path / "out").exists()


SETTINGS = {
    "unknown": ({"orders": "a"}, "no setting 'orders'; did you mean 'order'"),
    "kind": ({"kind": "npz"}, "no setting 'kind'"),
    "choice": ({"folders": "letters"}, "folders"),
    "count": ({"split_folders": "a,b"}, "split_folders"),
    "up": ({"split_folders": "..,b,c"}, "expected a plain name"),
    "slash": ({"split_folders": "a/b,b,c"}, "expected a plain name"),
    "absolute": ({"split_folders": "/a,b,c"}, "expected a plain name"),
    "twice": ({"folders": "numbers", "order": "sad,sad"}, "'sad' is named twice"),
    "number": ({"first": "-1"}, "first"),
    "taken": ({"split_folders": "README.md,b,c"}, "what fercurate writes itself"),
    "nowhere": ({"evaluated": "elsewhere"}, "evaluated: 'elsewhere'; expected one of train, val"),
    "long": ({"split_folders": f"{'x' * 5000},b,c"}, r"'x{60}\.\.\.'; expected a plain name"),
    "senseless": ({"order": "sad,happy"}, "numbered by the alphabet"),
}


@pytest.mark.parametrize("case", SETTINGS.values(), ids=SETTINGS)
def test_settings_are_checked(case: tuple[dict[str, str], str]) -> None:
    with pytest.raises(UsageError, match=case[1]):
        chosen_layout("imagefolder", "", case[0])


TABLES = {
    "taken": ("list", {"files": "layout.json,b.txt,c.txt"}, "what fercurate writes itself"),
    "in the way": ("list", {"files": "images,b.txt,c.txt"}, "in the way of the folder"),
    "a picture": ("list", {"files": "images/train_00000.png,b,c"}, "in the way of the folder"),
    "few": ("list", {"files": "a.txt,b.txt"}, "such as train.txt,val.txt,test.txt"),
    "evaluated": ("list", {"evaluated": "../x"}, "expected one of train.txt, val.txt, test.txt"),
    "line end": ("csv", {"header": "a\nb,c"}, "two different names"),
    "quote": ("csv", {"header": 'a"b,c'}, "two different names"),
    "formula": ("csv", {"header": "=cmd(),c"}, "two different names"),
    "same": ("csv", {"header": "x,x"}, "two different names"),
    "cub": ("cub", {"folder": "a/images.txt", "lists": "a"}, "in the way of the folder"),
}


@pytest.mark.parametrize("case", TABLES.values(), ids=TABLES)
def test_settings_of_tables_are_checked(case: tuple[str, dict[str, str], str]) -> None:
    with pytest.raises(UsageError, match=case[2]):
        chosen_layout(case[0], "", case[1])


FORGED = {
    "listed": ({"files": ["thesis.txt"]}, "file\n"),
    "digest": ({"files": {"thesis.txt": {"size": 4, "sha256": "0" * 64}}}, "file\n"),
    "row": ({"files": {}}, "file\nthesis.txt\n"),
    "out": ({"files": {"../x": {"size": 4, "sha256": "0"}}}, "file\n../../x\n"),
    "short": ({"files": {}}, "a,file\nx\n"),
    "no file": ({"files": {}}, ""),
}


@pytest.mark.parametrize("case", FORGED.values(), ids=FORGED)
@pytest.mark.parametrize("kind", ["list", "affectnet-2021", "hf", "no-such"])
def test_a_forged_layout_makes_nothing_ours(
    case: tuple[dict[str, Any], str], kind: str, exports: Exports, tmp_path: Path
) -> None:
    facts = {"kind": "fercurate-layout", "empty_folders": [], "layout": {"kind": kind}}
    forged = tmp_path / "forged"
    forged.mkdir()
    (forged / "thesis.txt").write_text("mine")
    (forged / "layout.json").write_text(json.dumps({**facts, **case[0]}))
    (forged / "rows.csv").write_text(case[1])
    with pytest.raises(ConflictError, match=r"files that no layout made \((.*, )?thesis\.txt"):
        export_layout(asked(exports("seven"), "list", forged, overwrite=True))
    assert (forged / "thesis.txt").read_text() == "mine"


def test_a_changed_summary_speaks_for_nothing(exports: Exports, tmp_path: Path) -> None:
    shutil.copytree(exports("colored"), tmp_path / "e")
    summary = tmp_path / "e" / "summary.json"
    summary.write_text(summary.read_text().replace('"redistributable": false', '"x": 1'))
    with pytest.raises(ExportError, match=r"summary\.json: changed since it was built"):
        export_layout(asked(tmp_path / "e", "hf", tmp_path / "o", settings={"license": "mit"}))


def test_a_place_in_the_export_or_below_a_file_is_refused(exports: Exports, tmp_path: Path) -> None:
    with pytest.raises(ConflictError, match="lies in the export itself"):
        export_layout(asked(exports("seven"), "npz", exports("seven") / "sub"))
    (tmp_path / "file").write_text("x")
    with pytest.raises(ConflictError, match="is no folder"):
        export_layout(asked(exports("seven"), "npz", tmp_path / "file" / "sub"))


def test_two_splits_in_one_place_are_refused(exports: Exports, tmp_path: Path) -> None:
    settings = {"split_folders": "a,b,b"}
    with pytest.raises(ExportError, match="two splits in one place"):
        export_layout(asked(exports("seven"), "imagefolder", tmp_path / "o", settings=settings))


def test_jpeg_is_near_and_said_to_be_lossy(exports: Exports, tmp_path: Path) -> None:
    settings = {"pictures": "jpeg"}
    report = export_layout(
        asked(exports("colored"), "imagefolder", tmp_path / "out", settings=settings)
    )
    assert "not lossless" in (tmp_path / "out" / "README.md").read_text()
    assert report.facts["picture"]["format"] == "jpeg"
    with DataFile(exports("colored") / "train.h5") as file:
        wanted = file.pictures("train", np.arange(3))
    for row, picture in enumerate(wanted):
        (found,) = (tmp_path / "out").rglob(f"train_{row:05d}.jpg")
        with Image.open(found) as opened:
            assert opened.layer[0][1:3] == (1, 1), "no subsampling"  # type: ignore[attr-defined]
            difference = np.abs(np.asarray(opened).astype(int) - picture)
        assert difference.max() <= 6


def test_test_lies_where_the_trainer_looks(exports: Exports, tmp_path: Path) -> None:
    layout, preset = chosen_layout("", "poster++", {})
    splits = ("train", "test")
    report = export_layout(
        LayoutRequest(exports("seven"), layout, tmp_path / "out", preset, splits)
    )
    assert report.facts["splits"]["test"]["written_as"] == "valid"
    assert any("chosen on the test split" in text for text in report.facts["remarks"])
    with pytest.raises(UsageError, match="no split 'dev'"):
        export_layout(LayoutRequest(exports("seven"), layout, tmp_path / "b", preset, ("dev",)))


def test_a_trainer_with_a_fixed_size_gets_it(exports: Exports, tmp_path: Path) -> None:
    layout, preset = chosen_layout("", "residual-masking", {})
    with pytest.raises(ExportError, match=r"pictures are 40x40.*Add \{kind: resize, size: 48\}"):
        export_layout(LayoutRequest(exports("colored"), layout, tmp_path / "out", preset))


RECIPE = f"{HEAD}sources: [fer2013]\nlabels: {{scheme: seven}}\n{NATIVE}"


def test_a_recipe_lays_out_its_export(shared_store: Path, tmp_path: Path) -> None:
    recipe = parse_recipe(f"{RECIPE}to: [poster++, {{kind: list, first: 1}}, npz]\n", "r.yaml")
    request = BuildRequest(recipe, shared_store, tmp_path / "mine", framework="none")
    report = build(request)
    assert [one.output.name for one in report.layouts] == ["mine.poster++", "mine.list", "mine.npz"]
    for one in report.layouts:
        facts = json.loads((one.output / "layout.json").read_text())
        assert facts == one.facts
    again = export_layout(asked(tmp_path / "mine", "list", tmp_path / "x", settings={"first": "1"}))
    assert tree(again.output) == tree(tmp_path / "mine.list")
    (tmp_path / "mine").rename(tmp_path / "elsewhere")
    with pytest.raises(ConflictError, match=r"mine\.poster\+\+: a layout is there already"):
        build(request)
    assert not (tmp_path / "mine").exists(), "refused before anything is built"


@pytest.mark.parametrize(
    ("to", "message"),
    [
        ("[imagefoldr]", "'imagefoldr' is no layout and no trainer; did you mean 'imagefolder'"),
        ("[npz, npz]", "npz is named more than once"),
        ("[{kind: nope}]", "to[0].kind: unknown kind 'nope'; known are imagefolder"),
        ("[{kind: list, first: x}]", "to[0].first: 'x'; expected a whole number"),
        ("[{kind: list, evaluated: x}]", "to[0]: evaluated: 'x'; expected one of train.txt"),
        ("[{kind: list, order: [sad, sad]}]", "'sad' is named twice"),
        ("[{kind: list, orders: [sad]}]", "unknown key 'orders'"),
        ("[{kind: imagefolder, split_folders: [../x, b, c]}]", "expected a plain name"),
    ],
)
def test_what_a_recipe_asks_for_is_checked(to: str, message: str) -> None:
    from fercurate.errors import RecipeError

    with pytest.raises(RecipeError) as caught:
        parse_recipe(f"{RECIPE}to: {to}\n", "r.yaml")
    assert message in str(caught.value)
    assert "line " in str(caught.value)


def test_a_card_refuses_an_open_license_for_what_may_not_be_passed_on(
    exports: Exports, tmp_path: Path
) -> None:
    settings = {"license": "mit"}
    with pytest.raises(ExportError, match="holds pictures that may not be passed on"):
        export_layout(asked(exports("colored"), "hf", tmp_path / "out", settings=settings))
    export_layout(asked(exports("colored"), "hf", tmp_path / "out"))
    card = (tmp_path / "out" / "README.md").read_text()
    assert card.startswith("---\nlicense: other\n")
    assert "**Holds pictures that may not be passed on**" in card
    export_layout(asked(exports("seven"), "hf", tmp_path / "open", settings=settings))
    assert (tmp_path / "open" / "README.md").read_text().startswith("---\nlicense: mit\n")
