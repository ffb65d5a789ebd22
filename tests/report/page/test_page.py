"""The page of a report: its counts, its pictures, and that nothing in it can do harm."""

import base64
import hashlib
import io
import json
import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from fercurate.report.content import CriterionView, LabelDoubt, ReportContent
from fercurate.report.legible import legible
from fercurate.report.samples import rank_duplicates
from fercurate.report.writer import write_report

EVIL = "a<script>alert(1)</script>&amp;\"'$title\0\udcff\u202e.png"


def column(values: Sequence[str]) -> Any:
    return np.array(values, dtype=object)


def criterion(name: str, scores: Sequence[float]) -> CriterionView:
    return CriterionView(name, f"Meaning of {name}.", np.array(scores, float), 0.5)


def test_the_numbers_for_machines(content: ReportContent, write: Any) -> None:
    _, facts = write(content)
    assert facts["schema_version"] == 1
    assert facts["kind"] == "filter-report"
    assert (facts["samples"], facts["kept"], facts["dropped"], facts["enhanced"]) == (6, 3, 3, 1)
    assert facts["reasons"] == {"occluded": 2, "blurred": 1}
    assert facts["criteria"]["occluded"] == {
        "meaning": "Meaning of occluded.",
        "action": "drop",
        "threshold": 0.5,
        "scored": 5,
        "unknown": 1,
        "flagged": 2,
        "flagged_share": 2 / 6,
        "dropped": 2,
        "shown": {"worst": [1, 2], "above": [2, 1], "below": [4, 0, 5]},
    }
    assert facts["criteria"]["blurred"]["flagged"] == 2
    assert facts["criteria"]["blurred"]["dropped"] == 1
    assert facts["criteria"]["low_contrast"]["action"] == "enhance"
    assert facts["criteria"]["ease"]["action"] == "report"
    assert facts["criteria"]["ease"]["flagged"] == 0
    assert facts["criteria"]["ease"]["shown"] == {"worst": [2, 0, 5], "above": [], "below": []}
    assert facts["classes"]["sad"] == {"samples": 2, "dropped": 2, "share": 1.0, "unfair": False}
    assert facts["classes"][""] == {"samples": 2, "dropped": 1, "share": 0.5, "unfair": False}
    assert facts["sources"] == {
        "ckplus": {"samples": 2, "dropped": 0, "share": 0.0},
        "fer2013": {"samples": 4, "dropped": 3, "share": 0.75},
    }
    assert facts["mean_class_loss"] == 0.5
    assert facts["duplicates"] == {"groups": 3, "samples": 7, "rows": [[4, 1], [1, 2, 3], [0, 4]]}
    assert facts["label_doubts"][0] == {
        "row": 4,
        "sample_id": "fer2013:0000004",
        "given": "happy",
        "other": "sad",
        "given_chance": 0.02,
        "other_chance": 0.91,
    }


def test_contradicting_copies_come_first_then_the_largest_group(content: ReportContent) -> None:
    assert [group.tolist() for group in rank_duplicates(content)] == [[4, 1], [1, 2, 3], [0, 4]]


def test_the_page_shows_every_chosen_picture(content: ReportContent, write: Any) -> None:
    page, facts = write(content)
    shown = [
        row for c in facts["criteria"].values() for rows in c["shown"].values() for row in rows
    ]
    copies = [row for group in facts["duplicates"]["rows"] for row in group]
    doubts = [doubt["row"] for doubt in facts["label_doubts"]]
    ids = [f"fer2013:{row:07d}" for row in (*shown, *copies, *doubts)]
    assert sorted(str(image["alt"]).split(",")[0] for image in page.all("img")) == sorted(ids)
    assert len(page.all("figure", class_="tile")) == len(ids)


def test_a_picture_tells_id_class_score_and_fate(content: ReportContent, write: Any) -> None:
    page, _ = write(content)
    alts = [image["alt"] for image in page.all("img")]
    assert alts[0] == "fer2013:0000001, sad, occluded 0.900, dropped: occluded"
    assert "fer2013:0000003, no label, blurred 0.700, dropped: blurred" in alts
    assert "fer2013:0000004, happy, low_contrast 0.800, kept" in alts
    assert "fer2013:0000004, happy, given happy 2%, suggested sad 91%" in alts
    text = " ".join(page.texts)
    assert text.count("also occluded") == 2 * 2  # row 1: blurred, low contrast; each twice
    assert text.count("dropped: occluded") == 1 + 2 + 2 + 1  # not flagged, but dropped; copies


def test_more_flagged_than_shown_is_said(many: ReportContent, write: Any) -> None:
    page, facts = write(many)
    assert len(facts["criteria"]["occluded"]["shown"]["worst"]) == 60
    assert "80 more are flagged; sheets/occluded.png shows the worst 140." in page.texts
    assert "Group 1: 140 samples, 132 more not shown " in page.texts
    assert len(facts["duplicates"]["rows"]) == 70


def test_an_unfair_drop_is_warned_of_everywhere(
    content: ReportContent, tmp_path: Path, read_page: Any
) -> None:
    classes = ["happy"] * 90 + ["fear"] * 10
    reasons = ["blurred"] * 2 + [""] * 88 + ["dark"] * 3 + ["blurred"] * 4 + [""] * 3
    one = replace(content, criteria=(), duplicates=(), doubts=())
    names = {name: column(["x"] * 100) for name in ("ids", "sources")}
    write_report(
        replace(one, **names, classes=column(classes), reasons=column(reasons)), tmp_path / "out"
    )
    warning = (
        "class fear loses 70.0% of its samples (7 of 10), 7.8 times the mean of 9.0%; "
        "most of them for blurred (4)"
    )
    stored = json.loads((tmp_path / "out/report.json").read_text())
    assert stored["warnings"] == [warning]
    assert [name for name, loss in stored["classes"].items() if loss["unfair"]] == ["fear"]
    texts = read_page((tmp_path / "out/index.html").read_text("utf-8")).texts
    assert "A class loses far more than the others" in texts
    assert f"C{warning[1:]}." in texts


def test_a_fair_drop_gives_no_warning(content: ReportContent, write: Any) -> None:
    page, facts = write(content)
    assert facts["warnings"] == []
    assert page.all("aside") == []


def test_hostile_text_stays_text(content: ReportContent, write: Any) -> None:
    hostile = column([EVIL] * 6)
    page, facts = write(
        replace(
            content, title=EVIL, preset=EVIL, command=EVIL, ids=hostile, sources=hostile,
            classes=hostile, reasons=hostile, doubts=(LabelDoubt(0, EVIL, EVIL, 0.1, 0.9),),
        )
    )  # fmt: skip
    seen = "a<script>alert(1)</script>&amp;\"'$title\\x00\\xff\\u202e.png"
    assert legible(EVIL) == seen
    assert len(page.all("script")) == 1
    assert page.texts.count(seen) > 20
    assert str(page.all("img")[0]["alt"]).startswith(seen)
    assert page.all("figure", class_="tile")[0]["data-source"] == seen
    assert list(facts["reasons"]) == list(facts["classes"]) == [seen]


def test_the_page_needs_nothing_else(content: ReportContent, write: Any, tmp_path: Path) -> None:
    page, _ = write(content)
    text = (tmp_path / "out/index.html").read_text()
    links = [a[key] for _, a in page.elements for key in ("src", "href") if key in a]
    assert all(str(link).startswith(("data:", "#")) for link in links)
    assert not re.search(r"https?:|url\(|@import|\son\w+=|\sstyle=", text)
    (style,) = re.findall(r"<style>(.*?)</style>", text, re.DOTALL)
    (script,) = re.findall(r"<script>(.*?)</script>", text, re.DOTALL)
    (policy,) = page.all("meta", **{"http-equiv": "Content-Security-Policy"})
    rules = dict(rule.split(" ", 1) for rule in str(policy["content"]).split("; "))
    assert rules["default-src"] == "'none'"
    assert rules["img-src"] == "data:"
    assert rules["style-src"] == f"'{digest(style)}'"
    assert rules["script-src"] == f"'{digest(script)}'"


def digest(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def test_the_page_is_sound_without_its_script(content: ReportContent, write: Any) -> None:
    page, _ = write(content)
    ids = [a["id"] for _, a in page.elements if "id" in a]
    assert len(ids) == len(set(ids))
    targets = [a["href"] for a in page.all("a")] + [
        f"#{a.get('aria-labelledby')}" for a in page.all("section")
    ]
    assert {str(target)[1:] for target in targets} <= set(ids)
    assert not any(page.all(name) for name in ("button", "input", "select", "dialog"))
    assert [len(page.all(name)) for name in ("html", "head", "main", "h1")] == [1, 1, 1, 1]
    assert all(a["alt"] and a["width"] == a["height"] == "48" for a in page.all("img"))
    names = [a["id"] for a in page.all("section")]
    assert names == [
        *("summary", "criteria", "loss", "criterion-occluded", "criterion-blurred"),
        *("criterion-low_contrast", "criterion-ease", "duplicates", "doubts"),
    ]


def test_large_pictures_are_reduced_and_small_ones_left(content: ReportContent, write: Any) -> None:
    def read(rows: Any) -> list[Any]:
        sizes = {1: (300, 200, 3), 2: (48, 48)}
        return [np.full(sizes.get(int(row), (97, 10)), 200, np.uint8) for row in rows]

    page, _ = write(replace(content, read=read))
    one, two = page.all("img")[:2]
    assert (one["width"], one["height"]) == ("64", "96")
    assert (two["width"], two["height"]) == ("48", "48")
    image = Image.open(io.BytesIO(base64.b64decode(str(one["src"]).split(",")[1])))
    assert image.size == (64, 96)
    assert abs(np.asarray(image).astype(int) - 200).max() <= 3


def test_an_empty_report_is_one_too(content: ReportContent, write: Any) -> None:
    none = column([])
    empty = replace(content, ids=none, sources=none, classes=none, reasons=none, criteria=(
        criterion("occluded", []),), duplicates=(), doubts=())  # fmt: skip
    page, facts = write(empty)
    assert facts["samples"] == facts["criteria"]["occluded"]["flagged_share"] == 0
    assert "Nothing is dropped." in page.texts
    assert page.all("img") == []
    assert facts["files"] == ["index.html", "report.json"]


def test_contents_that_contradict_themselves_are_refused(content: ReportContent) -> None:
    with pytest.raises(ValueError, match="columns of other lengths"):
        replace(content, classes=column(["happy"]))
    with pytest.raises(ValueError, match="have one name"):
        replace(content, criteria=content.criteria[:1] * 2)
    with pytest.raises(ValueError, match="cannot name a contact sheet"):
        criterion("../occluded", [0.0])
