"""The page of a report in a browser: headless Chromium, where there is one."""

import base64
import hashlib
import html
import json
import os
import re
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

BROWSER = shutil.which(os.environ.get("FERCURATE_CHROMIUM", "chromium"))

pytestmark = pytest.mark.skipif(
    BROWSER is None, reason="needs Chromium (the command chromium, or FERCURATE_CHROMIUM)"
)

LOOK = """
const images = [...document.images].filter((image) => image.hasAttribute("src"));
const number = (element) => parseInt(element.textContent.replaceAll(",", ""));
const numbers = (found) => [...found].map(number);
return {
  images: images.length,
  loaded: images.filter((image) => image.complete && image.naturalWidth > 0).length,
  figures: numbers(document.querySelectorAll(".figures dd")),
  contents: Object.fromEntries([...document.querySelectorAll("nav a")].map(
    (link) => [link.hash.slice(1), numbers(link.querySelectorAll(".count"))[0] ?? null])),
  tiles: Object.fromEntries([...document.querySelectorAll("section")].map(
    (section) => [section.id, section.querySelectorAll(".tile").length])),
  wide: [...document.querySelectorAll("body *")].filter(
    (element) => element.getBoundingClientRect().right > innerWidth + 0.5).map(
    (element) => `${element.localName}.${element.getAttribute("class")}`),
  width: innerWidth,
  scrolled: document.documentElement.scrollWidth,
};
"""

USE = """
const visible = () => document.querySelectorAll(".tile:not([hidden])").length;
const [byClass, bySource] = document.querySelectorAll("nav select");
const search = document.querySelector("nav input");
const put = (field, value) => {
  field.value = value;
  field.dispatchEvent(new Event(field === search ? "input" : "change"));
  return visible();
};
const counts = [visible(), put(byClass, "sad"), put(byClass, ""),
  put(bySource, "ckplus"), put(bySource, ""), put(search, "0000003")];
const status = document.querySelector("nav [role=status]").textContent;
put(search, "");
const dialog = document.querySelector("dialog");
const tile = document.querySelectorAll(".tile img")[0];
tile.click();
const opened = [dialog.open, dialog.querySelector("img").alt === tile.alt];
const press = (key) => {
  dialog.dispatchEvent(new KeyboardEvent("keydown", { key }));
  return dialog.querySelector("p").textContent.split(",")[0];
};
const turned = [press("ArrowRight"), press("ArrowRight"), press("ArrowLeft")];
[...dialog.querySelectorAll("button")].at(-1).click();
return { counts, status, opened, turned, closed: !dialog.open };
"""


def browse(page: Path, folder: Path, *flags: str) -> tuple[str, list[str]]:
    """Open a page; return its elements and what it wrote to the console."""
    done = subprocess.run(
        [
            *(str(BROWSER), "--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run"),
            *("--disable-background-networking", "--disable-component-update"),
            *("--enable-logging=stderr", "--v=0", f"--user-data-dir={folder}", "--dump-dom"),
            *(*flags, page.resolve().as_uri()),
        ],
        capture_output=True, text=True, timeout=120, check=True,
    )  # fmt: skip
    return done.stdout, [line for line in done.stderr.splitlines() if "CONSOLE" in line]


def probe(page: Path, folder: Path, script: str, width: int = 1280) -> Any:
    """Return what a script finds in a copy of the page, in a frame of a width in pixels.

    The copy's policy lets the script run. The frame is there because windows have a least width.
    """
    body = f"addEventListener('load', () => {{ const found = (() => {{ {script} }})(); "
    body += "parent.document.getElementById('probe').textContent = JSON.stringify(found); });"
    digest = base64.b64encode(hashlib.sha256(body.encode()).digest()).decode()
    text = page.read_text("utf-8").replace("script-src ", f"script-src 'sha256-{digest}' ", 1)
    copy, outer = folder / "copy.html", folder / "outer.html"
    copy.write_text(text.replace("</body>", f"<script>{body}</script></body>"), "utf-8")
    frame = f'<iframe src="copy.html" width="{width}" height="800" style="border: 0"></iframe>'
    outer.write_text(f'<!DOCTYPE html><pre id="probe"></pre>{frame}', "utf-8")
    flags = ("--allow-file-access-from-files", "--hide-scrollbars", "--window-size=1400,900")
    dom, console = browse(outer, folder / "profile", *flags)
    assert console == []
    (found,) = re.findall(r'<pre id="probe">(.*?)</pre>', dom, re.DOTALL)
    return json.loads(html.unescape(found))


def test_the_page_opens_without_a_complaint(large_report: Path, tmp_path: Path) -> None:
    dom, console = browse(large_report / "index.html", tmp_path)
    assert console == []
    assert dom.count("<section") == 3 + 15 + 2


def test_complaints_would_be_seen(tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text("<!DOCTYPE html><script>undefined_name()</script>")
    _, console = browse(page, tmp_path / "profile")
    assert any("undefined_name is not defined" in line for line in console)


def test_every_picture_loads_and_the_counts_are_those_of_the_json(
    large_report: Path, tmp_path: Path
) -> None:
    found = probe(large_report / "index.html", tmp_path, LOOK)
    facts = json.loads((large_report / "report.json").read_text())
    criteria = facts["criteria"]
    assert found["loaded"] == found["images"] == sum(found["tiles"].values()) > 1000
    assert found["figures"] == [facts["samples"], facts["kept"], facts["dropped"]]
    for name, criterion in criteria.items():
        assert found["contents"][f"criterion-{name}"] == criterion["flagged"]
        shown = sum(len(rows) for rows in criterion["shown"].values())
        assert found["tiles"][f"criterion-{name}"] == shown
    assert found["contents"]["duplicates"] == facts["duplicates"]["groups"]
    assert found["tiles"]["duplicates"] == sum(len(g) for g in facts["duplicates"]["rows"][:24])
    assert found["contents"]["doubts"] == len(facts["label_doubts"])
    assert found["tiles"]["doubts"] == 60


def test_the_page_of_all_of_fer2013_opens_at_once(large_report: Path, tmp_path: Path) -> None:
    load, cores = os.getloadavg()[0], os.cpu_count() or 1
    if load > cores:
        pytest.skip(f"needs an idle machine; this one has a load of {load:.1f} on {cores} cores")
    page = large_report / "index.html"
    assert min(probe(page, tmp_path, "return performance.now()") for _ in range(3)) < 1000


def test_nothing_is_wider_than_a_phone(large_report: Path, tmp_path: Path) -> None:
    found = probe(large_report / "index.html", tmp_path, LOOK, width=360)
    assert (found["width"], found["scrolled"], found["wide"]) == (360, 360, [])


def test_long_names_do_not_widen_the_page(content: Any, write: Any, tmp_path: Path) -> None:
    long = np.array([f"affectnet:train/103/{row}{'29a3f0' * 12}.jpeg" for row in range(6)], object)
    write(replace(content, ids=long, classes=long, sources=long, title=long[0], command=long[0]))
    found = probe(tmp_path / "out/index.html", tmp_path, LOOK, width=360)
    assert (found["width"], found["scrolled"], found["wide"]) == (360, 360, [])


def test_pictures_are_found_and_enlarged(content: Any, write: Any, tmp_path: Path) -> None:
    page, _ = write(content)
    found = probe(tmp_path / "out/index.html", tmp_path, USE)
    tiles = page.all("figure", class_="tile")
    sad = sum(tile["data-class"] == "sad" for tile in tiles)
    ckplus = sum(tile["data-source"] == "ckplus" for tile in tiles)
    three = sum(str(image["alt"]).startswith("fer2013:0000003") for image in page.all("img"))
    assert found["counts"] == [len(tiles), sad, len(tiles), ckplus, len(tiles), three]
    assert found["status"] == f"{three} of {len(tiles)} pictures"
    assert found["opened"] == [True, True]
    one, two = "1 of 2: fer2013:0000001", "2 of 2: fer2013:0000002"
    assert found["turned"] == [two, one, two]
    assert found["closed"] is True
