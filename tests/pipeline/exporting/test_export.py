"""The verb ``export``: whole or not at all, the same for any number of workers, clear refusals."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from fercurate.errors import ConflictError, ExportError, UsageError
from fercurate.export.data_file import DataFile
from fercurate.layouts.base import LayoutData, LayoutPlan, LayoutWork
from fercurate.layouts.trees.image_folder import ImageFolder
from fercurate.pipeline.events import Advanced, Event, Started
from fercurate.pipeline.exporting.choice import chosen_layout
from fercurate.pipeline.exporting.export import LayoutRequest, export_layout
from tests.layouts.conftest import Exports, exports
from tests.pipeline.exporting.asking import asked, tree
from tests.pipeline.verify.tampering import reseal

__all__ = ["exports"]


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


def test_a_changed_summary_speaks_for_nothing(exports: Exports, tmp_path: Path) -> None:
    shutil.copytree(exports("colored"), tmp_path / "e")
    summary = tmp_path / "e" / "summary.json"
    summary.write_text(summary.read_text().replace('"redistributable": false', '"x": 1'))
    with pytest.raises(ExportError, match=r"summary\.json: changed since it was built"):
        export_layout(asked(tmp_path / "e", "hf", tmp_path / "o", settings={"license": "mit"}))


def without(export: Path, name: str) -> Path:
    (export / name).unlink()
    return export


def without_entry(export: Path, name: str) -> Path:
    lock = json.loads((export / "recipe.lock").read_text())
    del lock["outputs"][name]
    reseal(export, outputs=lock["outputs"])
    return export


SILENT: dict[str, tuple[Callable[[Path], Path], str]] = {
    "a single file": (
        lambda export: export / "train.h5",
        "what was laid out is a single file, without the papers of its export",
    ),
    "no lock": (
        lambda export: without(export, "recipe.lock"),
        "there is no `recipe.lock` in the export, so nothing vouches for its papers",
    ),
    "not in the lock": (
        lambda export: without_entry(export, "summary.json"),
        "the export's `recipe.lock` names no `summary.json`",
    ),
}


@pytest.mark.parametrize("case", SILENT.values(), ids=SILENT)
def test_a_card_says_what_is_missing_where_no_source_is_known(
    case: tuple[Callable[[Path], Path], str], exports: Exports, tmp_path: Path
) -> None:
    export = case[0](shutil.copytree(exports("seven"), tmp_path / "e"))
    export_layout(asked(export, "imagefolder", tmp_path / "out"))
    card = (tmp_path / "out" / "README.md").read_text()
    assert card.partition("## License\n\n")[2].startswith(f"Not known: {case[1]}.\n")


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


@pytest.mark.parametrize("lost", ["recipe.lock", "summary.json", ""])
def test_an_open_license_is_refused_where_none_is_known(
    exports: Exports, tmp_path: Path, lost: str
) -> None:
    shutil.copytree(exports("colored"), tmp_path / "e")
    export = without(tmp_path / "e", lost) if lost else tmp_path / "e" / "train.h5"
    with pytest.raises(ExportError, match="nothing is known of the licenses of its pictures"):
        export_layout(asked(export, "hf", tmp_path / "o", settings={"license": "mit"}))
    export_layout(asked(export, "hf", tmp_path / "o"))
    assert (tmp_path / "o" / "README.md").read_text().startswith("---\nlicense: other\n")
