"""What leaves the server: known files, PNG of our decoder, and the same rules on every answer."""

from importlib.resources import files
from pathlib import Path
from typing import Any
from urllib.parse import quote

import cv2
import numpy as np
import pytest

from fercurate.store.store import Store
from fercurate.synthetic.affectnet import write_affectnet
from tests.pipeline.care.stores import fill, toy
from tests.web.conftest import Serve
from tests.web.serving import Answer, Served

pytest.importorskip("uvicorn")
pytest.importorskip("starlette")

from fercurate.web import routes
from fercurate.web.routes import ASSETS

POLICY = {
    "default-src": "'none'",
    "img-src": "'self'",
    "style-src": "'self'",
    "script-src": "'self'",
    "connect-src": "'self'",
    "frame-ancestors": "'none'",
    "base-uri": "'none'",
    "form-action": "'none'",
}


def check_headers(answer: Answer) -> None:
    """The rules that every answer carries, and none that lets others in."""
    rules = str(answer.header("content-security-policy")).split("; ")
    assert {rule.partition(" ")[0]: rule.partition(" ")[2] for rule in rules} == POLICY
    assert answer.header("x-content-type-options") == "nosniff"
    assert answer.header("referrer-policy") == "no-referrer"
    assert answer.header("cache-control") == "no-store"
    assert answer.header("x-frame-options") == "DENY"
    assert answer.header("cross-origin-opener-policy") == "same-origin"
    assert answer.header("cross-origin-resource-policy") == "same-origin"
    names = {name.lower() for name, _ in answer.headers}
    assert not {name for name in names if name.startswith("access-control")}
    assert not names & {"server", "x-powered-by", "set-cookie"}


def first(served: Served) -> str:
    """The id of the next sample."""
    return served.ask("/api/next?count=1").json["tiles"][0]["id"]


def test_every_answer_carries_the_rules(entered: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    name, own = quote(first(entered)), entered.own()
    monkeypatch.setattr(routes, "_asset", broken)
    asked: list[tuple[int, Answer]] = [
        (303, entered.ask(entered.entrance)),
        (400, entered.ask("/", headers=[("Host", "evil.example")])),
        (403, entered.ask("/", headers=[("Host", entered.host)])),
        (403, entered.ask(entered.entrance, headers=[("Host", entered.host)])),
        (403, entered.post("/api/undo", {}, Origin="http://evil.example")),
        (403, entered.ask("/api/next", headers=[*own[:1], ("Sec-Fetch-Site", "cross-site")])),
        (405, entered.ask("/api/answers")),
        (405, entered.ask("/", "OPTIONS")),
        (413, entered.post("/api/undo", b" " * 70_000)),
        (415, entered.post("/api/undo", {}, Content_Type="text/plain")),
        (400, entered.post("/api/answers", {})),
        (409, entered.post("/api/answers", {"answers": [["nobody", "sad"]]})),
        (404, entered.ask("/nowhere")),
        (404, entered.ask("/api/picture?id=nobody")),
        (307, entered.ask("/api/next/")),
        (200, entered.ask(f"/api/picture?id={name}")),
        (200, entered.ask(f"/api/details?id={name}")),
        (200, entered.ask("/api/session")),
        (200, entered.ask("/api/session", "HEAD")),
        (200, entered.post("/api/undo", {})),
        (500, entered.ask("/assets/page.html")),
    ]  # fmt: skip
    for status, answer in asked:
        assert answer.status == status
        check_headers(answer)
    assert b"secret" not in asked[-1][1].body


def broken(name: str) -> None:
    raise RuntimeError("secret")


def test_no_other_site_is_let_in(standing: Served) -> None:
    """Not even by asking beforehand whether it may."""
    for path in ("/", "/api/next", "/api/answers"):
        for method, kind in (("OPTIONS", "POST"), ("GET", "")):
            asked = [("Origin", "http://evil.example"), ("Access-Control-Request-Method", kind)]
            answer = standing.ask(path, method, [*standing.own(), *asked])
            assert answer.status in {200, 405}
            assert (answer.status == 405) == (method == "OPTIONS" or path == "/api/answers")
            check_headers(answer)


def test_every_file_of_the_page_is_served_and_no_other(standing: Served) -> None:
    lying = {one.name for one in files("fercurate.web").joinpath("assets").iterdir()}
    assert set(ASSETS) == lying
    kinds = {".html": "text/html", ".css": "text/css", ".js": "text/javascript"}
    for name in lying:
        answer = standing.ask(f"/assets/{name}")
        kind = kinds.get(Path(name).suffix, "image/svg+xml")
        assert (answer.status, answer.header("content-type")) == (200, f"{kind}; charset=utf-8")
        assert answer.body == files("fercurate.web").joinpath("assets", name).read_bytes()
        check_headers(answer)
    assert standing.ask("/").body == standing.ask("/assets/page.html").body


def test_the_page_asks_nobody_else(standing: Served) -> None:
    for name in ASSETS:
        text = standing.ask(f"/assets/{name}").body.decode()
        found = text.replace("http://www.w3.org/2000/svg", "")
        assert "//" not in found.replace("// ", "").replace("//\n", ""), name
        assert "innerHTML" not in text
        assert "document.write" not in text
        assert "eval(" not in text


PATHS = (
    "../routes.py", "..%2froutes.py", "%2e%2e/routes.py", "%2e%2e%2froutes.py",
    "..%2f..%2fpage.html", "....//routes.py", "..%5croutes.py", "%2fetc%2fpasswd", "/etc/passwd",
    "page.html%00", "PAGE.HTML", "review", "", ".", "..", "%252e%252e%252froutes.py",
    "__init__.py", "page.html;x", "page.html%20",
)  # fmt: skip


@pytest.mark.parametrize("path", PATHS)
def test_a_path_is_no_name_of_a_file(standing: Served, path: str) -> None:
    answer = standing.ask(f"/assets/{path}")
    assert answer.status == 404
    assert b"import" not in answer.body
    assert b"root:" not in answer.body


IDS = (
    "../../etc/passwd", "/etc/passwd", "file:///etc/passwd", "..", "", "0", "-1", "1e0", "*", "%00",
    "fer2013:", "fer2013:0000000/../0000001", "FER2013:0000000", "' OR 1=1 --", "\N{SNOWMAN}",
)  # fmt: skip


@pytest.mark.parametrize("address", ["/api/picture", "/api/details"])
@pytest.mark.parametrize("name", IDS)
def test_an_id_is_looked_up_and_never_a_path(standing: Served, name: str, address: str) -> None:
    answer = standing.ask(f"{address}?id={quote(name, safe='')}")
    assert (answer.status, answer.json) == (404, {"error": "there is no such thing"})


def test_an_id_is_wanted(standing: Served) -> None:
    for path in ("/api/picture", "/api/details", "/api/picture?ID=x", "/api/picture?id=%ff%fe"):
        assert standing.ask(path).status == 404


def test_pictures_are_png_of_what_is_stored(standing: Served, measured_store: Path) -> None:
    with Store.open(measured_store) as store:
        ids, images = store.manifest.text("id").tolist(), store.images(range(len(store)))
    for row in (0, 33, 199):
        answer = standing.ask(f"/api/picture?id={quote(ids[row])}")
        assert answer.header("content-type") == "image/png"
        assert answer.body.startswith(b"\x89PNG\r\n\x1a\n")
        assert answer.body.rstrip().endswith(b"IEND\xaeB`\x82")
        np.testing.assert_array_equal(decoded(answer.body), images[row])


def decoded(content: bytes) -> np.ndarray:
    found = cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_UNCHANGED)
    assert found is not None
    return np.asarray(found)


def test_no_byte_of_a_stored_file_is_passed_on(serve: Serve, tmp_path: Path) -> None:
    """A file may hold anything beside its picture; it may be large, too."""
    from fercurate.pipeline.ingest.ingest import ingest
    from fercurate.pipeline.ingest.request import IngestRequest

    folder = tmp_path / "raw" / "happy"
    folder.mkdir(parents=True)
    image = np.random.default_rng(1).integers(0, 256, (900, 600, 3), dtype=np.uint8)
    content = cv2.imencode(".jpg", image)[1].tobytes()
    (folder / "a.jpg").write_bytes(content + b"<script>alert(1)</script>")
    ingest(IngestRequest((tmp_path / "raw",), tmp_path / "s.h5"))
    served = serve(store=tmp_path / "s.h5")
    served.enter()
    answer = served.ask(f"/api/picture?id={quote(first(served))}")
    assert answer.header("content-type") == "image/png"
    assert b"script" not in answer.body
    assert b"JFIF" not in answer.body
    assert decoded(answer.body).shape == (512, 341, 3)


def test_colors_stay_as_they_are(serve: Serve, tmp_path: Path) -> None:
    from fercurate.pipeline.ingest.ingest import ingest
    from fercurate.pipeline.ingest.request import IngestRequest

    write_affectnet(tmp_path / "raw", per_class=1, seed=1, size=64)
    ingest(IngestRequest((tmp_path / "raw",), tmp_path / "s.h5"))
    served = serve(store=tmp_path / "s.h5")
    served.enter()
    with Store.open(tmp_path / "s.h5") as store:
        name, (image,) = str(store.manifest.text("id")[3]), store.images([3])
    found = decoded(served.ask(f"/api/picture?id={quote(name)}").body)
    np.testing.assert_array_equal(found[:, :, ::-1], image)


def test_a_blind_review_tells_nothing(serve: Serve) -> None:
    served = serve("label_noise", blind=True)
    served.enter()
    session = served.ask("/api/session").json
    assert (session["blind"], session["cells"]) == (True, False)
    tiles: list[dict[str, Any]] = served.ask("/api/next?count=80").json["tiles"]
    assert len(tiles) == 80
    for tile in tiles:
        assert [tile[key] for key in ("given", "suggestion", "chance", "other")] == [
            "",
            "",
            None,
            "",
        ]
    assert served.ask(f"/api/details?id={quote(tiles[0]['id'])}").status == 404
    assert served.ask("/api/cells").json == {"cells": []}


def test_a_blind_review_opens_no_cell(serve: Serve) -> None:
    served = serve("label_noise", blind=True)
    served.enter()
    before = served.ask("/api/next?count=80").json
    served.post("/api/cell", ["neutral", "happy"])
    assert served.ask("/api/next?count=80").json == before


def test_a_name_that_is_no_text_can_be_reviewed(serve: Serve, tmp_path: Path) -> None:
    """Names of files need not be UTF-8, and sample ids are made of them."""
    served = serve(store=fill(tmp_path / "s.h5", [toy(1, id="toy:b\udcffd"), toy(2)]))
    served.enter()
    tiles = served.ask("/api/next")
    assert tiles.status == 200
    names = [tile["id"] for tile in tiles.json["tiles"]]
    for name in names:
        spelled = quote(name.encode("utf-8", "surrogateescape"))
        assert served.ask(f"/api/picture?id={spelled}").status == 200
        assert served.post("/api/answers", {"answers": [[name, "sad"]]}).status == 200


COUNTS = {"3": 3, "80": 80, "81": 80, "999": 80, "0": 0, "1000": 40, "-1": 40, "x": 40, "": 40}


@pytest.mark.parametrize("text", COUNTS)
def test_so_many_tiles_as_are_asked_for(standing: Served, text: str) -> None:
    assert len(standing.ask(f"/api/next?count={text}").json["tiles"]) == COUNTS[text]
    assert len(standing.ask("/api/next").json["tiles"]) == 40


def test_a_blind_review_of_labels_tells_nobody_whether_they_agree(serve: Serve) -> None:
    served = serve("label_noise", blind=True)
    served.enter()
    tiles = served.ask("/api/next?count=80").json["tiles"]
    answered = served.post("/api/answers", {"answers": [[tile["id"], "sad"] for tile in tiles]})
    known = {"answered": 80, "total": len(served.session.queue), "stop": False}
    assert answered.json == {"progress": known}
    assert served.ask("/api/progress").json == known
    assert served.ask("/api/session").json["progress"] == known
