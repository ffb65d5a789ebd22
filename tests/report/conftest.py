"""Contents of reports, and a strict reader of their pages."""

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from fercurate.report.content import CriterionView, LabelDoubt, ReportContent
from fercurate.report.writer import write_report
from fercurate.synthetic.faces import Identity, Scene, draw_face

NAN = float("nan")


def column(values: Sequence[str]) -> Any:
    return np.array(values, dtype=object)


def criterion(
    name: str, scores: Sequence[float], threshold: float | None = 0.5, **more: Any
) -> Any:
    return CriterionView(name, f"Meaning of {name}.", np.array(scores, float), threshold, **more)


def flat(rows: Any) -> list[Any]:
    """A picture of one gray value for each row: 10 times its number."""
    return [np.full((48, 48), 10 * int(row) % 256, dtype=np.uint8) for row in rows]


@pytest.fixture
def content() -> ReportContent:
    """Six samples: two dropped as occluded, one as blurred, one enhanced, two of no class."""
    return ReportContent(
        title="Six <faces>",
        preset="balanced",
        command="fercurate filter store.h5 --report out",
        ids=column([f"fer2013:{row:07d}" for row in range(6)]),
        sources=column(["fer2013"] * 4 + ["ckplus"] * 2),
        classes=column(["happy", "sad", "sad", "", "happy", ""]),
        criteria=(
            criterion("occluded", [0.1, 0.9, 0.5, NAN, 0.49, 0.0]),
            criterion("blurred", [0.2, 0.8, 0.1, 0.7, 0.1, 0.0], 0.6),
            criterion("low_contrast", [0.0, 0.9, 0.1, 0.1, 0.8, 0.1], 0.8, cured=True),
            criterion("ease", [0.3, 0.0, 1.0, NAN, 0.0, 0.3], None),
        ),
        reasons=column(["", "occluded", "occluded", "blurred", "", ""]),
        duplicates=(np.array([0, 4]), np.array([1, 2, 3]), np.array([4, 1])),
        doubts=(LabelDoubt(4, "happy", "sad", 0.02, 0.91), LabelDoubt(0, "happy", "sad", 0.1, 0.5)),
        read=flat,
    )


class Page(HTMLParser):
    """The elements of a page; fails where one is not closed in its turn."""

    VOID = frozenset({"meta", "link", "img", "input", "br", "wbr", "hr"})

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, name: str, attributes: list[tuple[str, str | None]]) -> None:
        assert len(dict(attributes)) == len(attributes), f"an attribute twice in {name}"
        self.elements.append((name, dict(attributes)))
        if name not in self.VOID:
            self.open.append(name)

    def handle_endtag(self, name: str) -> None:
        assert self.open.pop() == name

    def handle_data(self, text: str) -> None:
        self.texts.append(text)

    def all(self, name: str, **wanted: str) -> list[dict[str, str | None]]:
        wanted = {key.rstrip("_"): value for key, value in wanted.items()}
        found = [attributes for element, attributes in self.elements if element == name]
        return [a for a in found if all(a.get(key) == value for key, value in wanted.items())]


@pytest.fixture
def read_page() -> type[Page]:
    return Page


@pytest.fixture
def write(tmp_path: Path) -> Callable[[ReportContent], tuple[Page, dict[str, Any]]]:
    def call(content: ReportContent) -> tuple[Page, dict[str, Any]]:
        write_report(content, tmp_path / "out")
        page = tmp_path / "out/index.html"
        return Page(page.read_text("utf-8")), json.loads((tmp_path / "out/report.json").read_text())

    return call


@pytest.fixture
def many(content: ReportContent) -> ReportContent:
    """The samples of ``content`` seventy times, and groups of two and of 140 copies."""
    times = 70
    tile = {name: np.tile(getattr(content, name), times)
            for name in ("ids", "sources", "classes", "reasons")}  # fmt: skip
    criteria = tuple(replace(c, scores=np.tile(c.scores, times)) for c in content.criteria)
    pairs = [np.array([6 * k, 6 * k + 4]) for k in range(1, times)]
    copies = (np.arange(2 * times) * 3, *pairs)
    return replace(content, **tile, criteria=criteria, duplicates=copies)


@pytest.fixture(scope="session")
def large_report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a report of as many samples as FER-2013; not to be changed."""
    folder = tmp_path_factory.mktemp("large") / "out"
    write_report(large(), folder)
    return folder


def large() -> ReportContent:
    """As many samples as FER-2013, drawn from few faces, with 15 criteria."""
    count, criteria, rng = 35_887, 15, np.random.default_rng(3)
    faces = [draw_face(Identity.draw(rng), "happy", Scene.draw(rng)) for _ in range(20)]
    scores = rng.random((criteria, count)) ** 4
    return ReportContent(
        title="Large",
        preset="strict",
        command="fercurate filter store.h5",
        ids=column([f"fer2013:{row:07d}" for row in range(count)]),
        sources=column(["fer2013"] * count),
        classes=column(["happy", "sad", "angry"] * (count // 3) + ["sad"]),
        criteria=tuple(criterion(f"fault_{k}", scores[k], 0.8) for k in range(criteria)),
        reasons=column(["fault_0" if score >= 0.8 else "" for score in scores[0]]),
        duplicates=tuple(np.array([row, row + 9, row + 20]) for row in range(0, 9000, 30)),
        doubts=tuple(LabelDoubt(row, "sad", "happy", 0.1, 0.8) for row in range(300)),
        read=lambda rows: [faces[int(row) % 20] for row in rows],
    )
