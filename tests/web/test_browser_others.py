"""What others bring into the page: their text, their links, and requests that fail."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

from fercurate.errors import StoreError
from fercurate.pipeline.measure.measure import measure
from fercurate.store.decision_file import DecisionFile
from fercurate.store.store import Store
from tests.pipeline.care.stores import MEASURES, fill, picture, toy
from tests.web.browsing import NEEDED, look
from tests.web.conftest import Open, Serve
from tests.web.serving import Served

pytestmark = NEEDED

SCRIPT = "<img src=x onerror=document.title=1><b>b</b>"
SAMPLE = f"toy:\"{SCRIPT}'&lt;</script>"


@pytest.fixture
def hostile_store(tmp_path: Path) -> Path:
    """Identical pictures without labels, whose names, source and split are HTML."""
    names = {"source": f"x{SCRIPT}", "native_split": SCRIPT, "expression": ""}
    samples = [
        toy(number, id=f"{SAMPLE}{number}", image=picture(1), **names) for number in range(3)
    ]
    path = fill(tmp_path / "<b onclick=a>.h5", samples)
    with Store.open(path) as store:
        measure(store, MEASURES).close()
    return path


def test_html_of_others_is_text(serve: Serve, open_page: Open, hostile_store: Path) -> None:
    served = serve(store=hostile_store, question="occluded", author=SCRIPT)
    page = open_page(served)
    assert f"by {SCRIPT}" in page.page.inner_text("#meaning")
    assert hostile_store.name in page.page.inner_text("#meaning")
    tiles = page.tiles()
    assert sorted(tiles) == [f"{SAMPLE}{number}" for number in range(3)]
    page.press("?")
    assert f"as those of {SCRIPT}." in page.page.inner_text("#panel-body")
    page.press("Escape", "d")
    assert page.page.inner_text("#panel-title") == tiles[0]
    text = page.page.inner_text("#panel-body")
    assert f"x{SCRIPT}, {SCRIPT}" in text
    assert all(name in text for name in tiles[1:]), "copies, by their ids"
    assert page.page.locator("img, b, [onclick], [onerror], body script").count() == 0
    assert page.page.title() == "fercurate review"
    page.press("Escape", "Enter")
    assert {one.sample_id for one in DecisionFile(served.file).read()} == set(tiles)
    assert {one.author for one in DecisionFile(served.file).read()} == {SCRIPT}


def test_what_the_server_refuses_is_text(
    serve: Serve, open_page: Open, hostile_store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    served = serve(store=hostile_store, question="occluded")
    page = open_page(served)

    def full(self: DecisionFile, decisions: Any) -> None:
        raise OSError(28, SCRIPT)

    with monkeypatch.context() as patched:
        patched.setattr(DecisionFile, "append", full)
        page.press("Enter")
    assert SCRIPT in page.page.inner_text("#trouble")
    assert page.page.locator("img, b").count() == 0
    assert len(page.faults) == 1
    assert "507" in page.faults[0]
    page.faults.clear()
    page.press("Enter")
    assert page.page.is_hidden("#trouble")
    assert len(DecisionFile(served.file).read()) == 3


def test_a_picture_that_cannot_be_shown_is_said(
    serve: Serve, open_page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    def damaged(store: Store, row: int) -> bytes:
        raise StoreError("a damaged picture")

    monkeypatch.setattr("fercurate.web.routes.picture_png", damaged)
    page = open_page(serve("label_noise"))
    page.settle()
    page.faults.clear()
    label = page.page.locator(".frame canvas").get_attribute("aria-label")
    assert label == "the picture to decide on: a damaged picture"
    assert "a damaged picture" in page.page.inner_text("body")


@contextmanager
def other_site(address: str) -> Iterator[str]:
    """A page of somebody else's that links to an address, and its own address."""

    class Answering(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(f'<title>x</title><a href="{address}">link</a>'.encode())

        def log_message(self, *said: Any) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Answering) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://localhost:{server.server_port}/"
        finally:
            server.shutdown()
            thread.join()


def test_the_printed_link_may_be_clicked(browser: Any, served: Served) -> None:
    """In a terminal that is a web page itself, as those of Jupyter and of editors are."""
    context = browser.new_context()
    page = context.new_page()
    page.set_default_timeout(5000)
    try:
        with other_site(served.address) as site:
            page.goto(site)
            page.click("a")
            page.wait_for_load_state()
            assert "open the address" not in page.inner_text("body")
            page.wait_for_selector("body[data-ready=yes]")
    finally:
        context.close()


READ = """
async (address) => {
  const found = {};
  const ways = {
    fetch: () => fetch(address),
    cookies: () => fetch(address, { credentials: "include" }),
    post: () => fetch(address, { method: "POST", body: "{}", credentials: "include" }),
    json: () => fetch(address, { method: "POST", body: "{}", credentials: "include",
      headers: { "Content-Type": "application/json" } }),
    picture: () => new Promise((loaded, failed) => {
      const image = new Image();
      image.onload = loaded;
      image.onerror = () => failed(new Error("no picture"));
      image.src = address;
    }),
    script: () => new Promise((loaded, failed) => {
      const script = document.createElement("script");
      script.onload = loaded;
      script.onerror = () => failed(new Error("no script"));
      script.src = address;
      document.head.append(script);
    }),
  };
  for (const [name, way] of Object.entries(ways)) {
    try {
      await way();
      found[name] = "read";
    } catch (error) {
      found[name] = "refused";
    }
  }
  return found;
}
"""


def test_another_site_reads_and_changes_nothing(serve: Serve, open_page: Open) -> None:
    """In the very browser that has the cookie."""
    served = serve("label_noise")
    page = open_page(served)
    page.press("1")
    name = served.session.next_tiles(1)[0].sample_id
    with other_site("") as site:
        other = look(page.page.context)
        for address in (site, site.replace("localhost", "127.0.0.1")):
            other.page.goto(address)
            for path in (f"/api/picture?id={name}", "/api/undo", "/assets/review.js", "/"):
                found = other.page.evaluate(READ, f"http://{served.host}{path}")
                assert set(found.values()) == {"refused"}, (address, path, found)
            other.page.set_content(f'<iframe src="http://{served.host}/"></iframe>')
            (frame,) = other.page.main_frame.child_frames
            assert frame.query_selector("#question") is None
    assert len(DecisionFile(served.file).read()) == 1


def test_a_failure_ahead_is_caught(serve: Serve, open_page: Open) -> None:
    page = open_page(serve("occluded"))
    page.page.route("**/api/next?count=80", lambda route: route.abort())
    page.press("Enter")
    page.faults.clear()
    uncaught, page.uncaught = page.uncaught, []
    assert uncaught == []
