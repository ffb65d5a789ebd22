"""What leads out of a corpus: links, folders, loops and ``..``, in one place for all readers."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

import fercurate
from fercurate.files.containment import LEADS_OUT, Boundary

PACKAGE = Path(fercurate.__file__).parent


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    """A corpus with a picture in a folder; beside it a secret that no reader may open."""
    (tmp_path / "corpus" / "happy").mkdir(parents=True)
    (tmp_path / "corpus" / "happy" / "a.png").touch()
    (tmp_path / "corpus-too").mkdir()
    (tmp_path / "corpus-too" / "secret.png").touch()
    return tmp_path / "corpus"


def linked(name: str, target: str) -> Callable[[Path], Path]:
    """A link in the corpus; its target is written relative to the link's folder."""

    def plant(corpus: Path) -> Path:
        (corpus / name).symlink_to(target)
        return corpus / name

    return plant


def through(name: str, target: str, below: str) -> Callable[[Path], Path]:
    """A path that goes through a linked folder."""
    return lambda corpus: linked(name, target)(corpus) / below


CASES: dict[str, tuple[Callable[[Path], Path], bool]] = {
    "a file": (lambda corpus: corpus / "happy" / "a.png", True),
    "a folder": (lambda corpus: corpus / "happy", True),
    "the root": (lambda corpus: corpus, True),
    "a missing file": (lambda corpus: corpus / "happy" / "b.png", True),
    "a missing folder": (lambda corpus: corpus / "sad" / "b.png", True),
    "a file outside": (lambda corpus: corpus.parent / "corpus-too" / "secret.png", False),
    "the folder above": (lambda corpus: corpus.parent, False),
    "a link to a file outside": (linked("l.png", "../corpus-too/secret.png"), False),
    "a link to a folder outside": (linked("l", "../corpus-too"), False),
    "a file of a linked folder outside": (through("l", "../corpus-too", "secret.png"), False),
    "a missing file of a linked folder outside": (through("l", "../corpus-too", "b.png"), False),
    "a link to the root": (linked("l", "."), True),
    "a link above the root": (linked("l", ".."), False),
    "a link to nothing inside": (linked("l.png", "happy/b.png"), True),
    "a link to nothing outside": (linked("l.png", "../nothing.png"), False),
    "a link to a file inside": (linked("l.png", "happy/a.png"), True),
    "a link to a folder inside": (linked("l", "happy"), True),
    "a file of a linked folder inside": (through("l", "happy", "a.png"), True),
    "a link to itself": (linked("l.png", "l.png"), True),
    "a file below a link to itself": (through("l", "l", "a.png"), True),
    "two dots out": (lambda corpus: corpus / ".." / "corpus-too" / "secret.png", False),
    "two dots at the end": (lambda corpus: corpus / "..", False),
    "two dots out and in again": (lambda corpus: corpus / ".." / "corpus" / "happy", True),
    "two dots inside": (lambda corpus: corpus / "happy" / ".." / "happy" / "a.png", True),
    "two dots after a linked folder": (through("l", "../corpus-too", "../corpus/happy"), True),
}


@pytest.mark.parametrize("case", CASES)
def test_what_a_boundary_holds(corpus: Path, case: str) -> None:
    plant, inside = CASES[case]
    path = plant(corpus)
    boundary = Boundary(corpus)
    assert boundary.holds(path) is inside
    assert boundary.holds(str(path)) is inside, "asked a second time, as text"


def test_two_links_that_hold_each_other_are_inside(corpus: Path) -> None:
    (corpus / "one").symlink_to("two")
    (corpus / "two").symlink_to("one")
    assert Boundary(corpus).holds(corpus / "one")


def test_a_loop_outside_is_outside(corpus: Path) -> None:
    (corpus.parent / "loop").symlink_to("loop")
    (corpus / "l").symlink_to("../loop")
    assert not Boundary(corpus).holds(corpus / "l")


@pytest.mark.parametrize("case", CASES)
def test_a_root_that_is_a_link_holds_the_same(corpus: Path, case: str) -> None:
    plant, inside = CASES[case]
    path = plant(corpus)
    (corpus.parent / "linked").symlink_to("corpus")
    assert Boundary(corpus.parent / "linked").holds(path) is inside
    if path.is_relative_to(corpus) and ".." not in path.parts:
        through_link = corpus.parent / "linked" / path.relative_to(corpus)
        assert Boundary(corpus.parent / "linked").holds(through_link) is inside


def test_a_relative_root_holds_relative_paths(
    corpus: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(corpus)
    boundary = Boundary(Path())
    assert boundary.holds("happy/a.png")
    assert boundary.holds("a.png")
    assert boundary.holds(corpus / "happy" / "a.png")
    assert not boundary.holds("../corpus-too/secret.png")


def test_the_root_of_all_holds_all(corpus: Path) -> None:
    assert Boundary(Path("/")).holds(corpus / "happy" / "a.png")
    assert Boundary(Path("/")).holds("/")


def test_a_folder_is_resolved_once(corpus: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    boundary = Boundary(corpus)
    assert boundary.holds(corpus / "happy" / "a.png")
    monkeypatch.setattr("os.path.realpath", lambda path: pytest.fail(f"{path} again"))
    assert boundary.holds(corpus / "happy" / "b.png")


def test_no_other_module_decides_what_leads_out() -> None:
    own = PACKAGE / "files" / "containment.py"
    modules = [path for path in PACKAGE.rglob("*.py") if path != own]
    readers = [m for m in modules if {"sources", "ingest"} & set(m.relative_to(PACKAGE).parts)]
    assert len(readers) > 30
    ways = re.compile(r"is_relative_to|realpath|commonpath|readlink")
    assert not [str(path) for path in readers if ways.search(path.read_text("utf-8"))]
    assert not [str(path) for path in modules if LEADS_OUT in path.read_text("utf-8")]
