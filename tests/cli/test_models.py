"""``fercurate models``: listing, fetching once, and failing without a trace. No network."""

import hashlib
import json
import threading
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

from fercurate.errors import InputError
from fercurate.pipeline.measure import models
from fercurate.pipeline.measure.models import MODELS, ModelState, find_face_model, obtain

CONTENT = b"not really a network" * 100
FILE = "face_detection_yunet_2026may.onnx"


class Server(HTTPServer):
    """Serves one file by way of a redirect, as GitHub does, and counts."""

    content: bytes | None = CONTENT
    requests: int = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/model.onnx"


class Handler(BaseHTTPRequestHandler):
    server: Server

    def do_GET(self) -> None:
        self.server.requests += 1
        content = self.server.content
        if self.path == "/model.onnx":
            self.send_response(302)
            self.send_header("Location", "/lfs/model.onnx")
            self.end_headers()
            return
        self.send_response(404 if content is None else 200)
        self.send_header("Content-Length", str(len(content or b"")))
        self.end_headers()
        self.wfile.write(content or b"")

    def log_message(self, *arguments: object) -> None:
        pass


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Server]:
    """A server on this machine that the registry points to, and an empty cache."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setenv("FERCURATE_CACHE", str(tmp_path / "cache" / "deep"))
    with Server(("127.0.0.1", 0), Handler) as found:
        digest = hashlib.sha256(CONTENT).hexdigest()
        known = replace(MODELS["yunet"], url=found.url, sha256=digest, size=len(CONTENT))
        monkeypatch.setitem(models.MODELS, "yunet", known)
        thread = threading.Thread(target=found.serve_forever, args=(0.01,))
        thread.start()
        yield found
        found.shutdown()
        thread.join()


def test_the_list_says_what_whose_and_where(
    run: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("FERCURATE_CACHE", str(tmp_path / "cache"))
    shown = run("models", "list").out
    assert "MIT" in shown
    assert "sha256   ebafce4e3c118d6554634be5c27ab333b4c047a9a8c3faf1d7cf93101c22f0f0" in shown
    assert "229,738 bytes" in shown
    assert f"{tmp_path / 'cache' / FILE} (absent)" in shown
    (tmp_path / "cache").mkdir()
    (tmp_path / "cache" / FILE).write_bytes(b"half")
    facts = json.loads(run("models", "list", "--json").out)
    assert (facts["schema_version"], facts["kind"]) == (1, "models")
    (yunet,) = facts["models"]
    assert yunet["url"].startswith("https://github.com/opencv/opencv_zoo/")
    assert (yunet["name"], yunet["state"], yunet["size"]) == ("yunet", "damaged", 229738)


def test_a_model_is_fetched_once_and_then_used(run: Any, server: Server, tmp_path: Path) -> None:
    target = tmp_path / "cache" / "deep" / FILE
    assert find_face_model(None) is None
    done = run("models", "fetch", "yunet", "--yes")
    assert (done.code, done.err) == (0, "")
    for fact in (server.url, "MIT", MODELS["yunet"].sha256, "2,000 bytes", str(target)):
        assert fact in done.out
    assert target.read_bytes() == CONTENT
    assert [p.name for p in target.parent.iterdir()] == [FILE]
    assert find_face_model(None) == target
    assert find_face_model(Path("own.onnx")) == Path("own.onnx")
    assert server.requests == 2
    again = run("models", "fetch", "yunet", "--json")
    assert (again.code, server.requests) == (0, 2)
    assert json.loads(again.out)["state"] == "present"


def test_a_damaged_file_is_noticed_and_fetched_again(
    run: Any, server: Server, tmp_path: Path
) -> None:
    target = tmp_path / "models" / FILE
    target.parent.mkdir()
    target.write_bytes(CONTENT[:-1] + b"?")
    assert run("models", "fetch", "yunet", "--yes", "--dir", target.parent).code == 0
    assert target.read_bytes() == CONTENT


def test_a_damaged_file_in_the_cache_is_not_used(server: Server, tmp_path: Path) -> None:
    target = tmp_path / "cache" / "deep" / FILE
    target.parent.mkdir(parents=True)
    target.write_bytes(CONTENT[1:])
    with pytest.raises(InputError, match=r"is damaged.+ fercurate models fetch yunet"):
        find_face_model(None)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"<html>sign in</html>", "the file served there is another one"),
        (CONTENT[:-1] + b"?", "the file served there is another one"),
        (None, "cannot be fetched (HTTPError: 404"),
    ],
    ids=["a-page", "changed", "gone"],
)
def test_a_failure_says_so_and_leaves_nothing(
    run: Any, server: Server, tmp_path: Path, content: bytes | None, says: str
) -> None:
    server.content = content
    done = run("models", "fetch", "yunet", "--yes")
    assert done.code == 1
    assert f"fercurate: error: {server.url}: {says}" in done.err
    assert len(done.err.splitlines()) == 1
    assert not list(tmp_path.iterdir())


def test_no_network_is_one_clear_error(
    run: Any, server: Server, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    nobody = replace(MODELS["yunet"], url="http://127.0.0.1:1/model.onnx")
    monkeypatch.setitem(models.MODELS, "yunet", nobody)
    done = run("models", "fetch", "yunet", "--yes")
    assert done.code == 1
    assert "127.0.0.1:1/model.onnx: cannot be fetched (ConnectionError" in done.err
    assert "--face-model" in done.err
    assert not list(tmp_path.iterdir())


def test_a_folder_that_cannot_be_made_is_one_clear_error(
    run: Any, server: Server, tmp_path: Path
) -> None:
    (tmp_path / "taken").write_text("a file")
    done = run("models", "fetch", "yunet", "--yes", "--dir", "taken/models")
    assert done.code == 1
    assert "cannot be fetched (Not a directory)" in done.err


def test_nothing_is_fetched_unless_agreed(run: Any, server: Server, tmp_path: Path) -> None:
    asked = run("models", "fetch", "yunet")
    assert (asked.code, "--yes" in asked.err) == (2, True)
    assert server.url in asked.out
    dry = run("models", "fetch", "yunet", "--dry-run")
    assert (dry.code, "nothing was fetched" in dry.out) == (0, True)
    assert server.requests == 0
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(("answer", "code", "requests"), [("y\n", 0, 2), ("n\n", 2, 0)])
def test_a_person_is_asked(
    run: Any, server: Server, monkeypatch: pytest.MonkeyPatch, answer: str, code: int, requests: int
) -> None:
    import io

    stdin = io.StringIO(answer)
    stdin.isatty = lambda: True  # type: ignore[method-assign]
    monkeypatch.setattr("sys.stdin", stdin)
    assert run("models", "fetch", "yunet").code == code
    assert server.requests == requests


def test_a_model_is_offered_before_anybody_is_asked(server: Server, tmp_path: Path) -> None:
    said: list[str] = []

    def offer(state: ModelState) -> None:
        said.append(state.state)

    def agree() -> bool:
        said.append("asked")
        return True

    folder = tmp_path / "models"
    assert obtain(MODELS["yunet"], folder, True, offer, agree).state == "absent"
    assert obtain(MODELS["yunet"], folder, False, offer, agree).state == "present"
    assert obtain(MODELS["yunet"], folder, False, offer, agree).path == folder / FILE
    assert said == ["absent", "absent", "asked", "present"]
    assert server.requests == 2


def test_an_unknown_model_is_a_usage_error(run: Any) -> None:
    done = run("models", "fetch", "retina")
    assert (done.code, "yunet" in done.err) == (2, True)
