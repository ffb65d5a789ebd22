"""``fercurate review``: where it listens, what it prints, what it refuses, how it ends."""

import importlib.util
import json
import os
import re
import signal
import socket
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from fercurate.errors import UsageError
from tests.conftest import Run
from tests.web.serving import TOKEN, Served, once_it_listens, started

uvicorn = pytest.importorskip("uvicorn")
pytest.importorskip("starlette")

from fercurate.web.server import ServerOptions, serve  # noqa: E402


@pytest.fixture
def unserved(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What servers are given to serve, in place of serving it."""
    given: list[Any] = []
    monkeypatch.setattr(uvicorn.Server, "run", lambda self, sockets: given.append(self.config))
    return given


REMOTE = ["0.0.0.0", "::", "192.0.2.7", "127.0.0.2", "some-name.example", ""]


@pytest.mark.parametrize("host", REMOTE)
def test_another_host_wants_to_be_allowed(
    run: Run, measured_store: Path, unserved: list[Any], host: str
) -> None:
    result = run("review", measured_store, "--queue", "random", "--host", host, "--no-browser")
    assert result.code == 2
    assert f"--host {host} lets other machines reach the page and the faces on it" in result.err
    assert "--allow-remote" in result.err
    assert "token" not in result.out
    assert unserved == []


@pytest.mark.parametrize("host", ["0.0.0.0", "::", ""])
def test_all_addresses_are_no_address(
    run: Run, measured_store: Path, unserved: list[Any], host: str
) -> None:
    asked = ("--host", host, "--allow-remote", "--no-browser")
    result = run("review", measured_store, "--queue", "random", *asked)
    assert result.code == 2
    assert "no address that a browser can be sent to" in result.err
    assert unserved == []


def test_faces_that_others_may_see_are_warned_of(
    run: Run, measured_store: Path, unserved: list[Any]
) -> None:
    asked = ("--host", "127.0.0.2", "--allow-remote", "--no-browser")
    result = run("review", measured_store, "--queue", "random", "--as", "anna", *asked)
    assert result.code == 0
    assert "faces are served at 127.0.0.2" in result.err
    assert re.search(r"http://127\.0\.0\.2:\d+/\?token=[\w-]{43}\n", result.out)
    assert len(unserved) == 1
    assert (unserved[0].proxy_headers, unserved[0].ws) == (False, "none")
    assert unserved[0].access_log is False, "a token would stand in it"


def test_the_own_machine_by_its_name_is_no_other(
    run: Run, measured_store: Path, unserved: list[Any]
) -> None:
    asked = ("--host", "localhost", "--no-browser")
    result = run("review", measured_store, "--queue", "random", "--as", "anna", *asked)
    assert "lets other machines reach" not in result.err
    assert (result.code, len(unserved)) == (0, 1)


def test_a_port_that_is_taken_is_said(served: Served) -> None:
    with pytest.raises(UsageError, match=r"cannot listen: .* in use. Name another --port"):
        serve(served.session, ServerOptions(port=served.port), print)


def test_the_address_can_be_opened_as_soon_as_it_is_told(
    served: Served, unserved: list[Any]
) -> None:
    """A browser that is fast, or a script, asks at once."""

    def ready(address: str) -> None:
        place = ("127.0.0.1", urlsplit(address).port)
        socket.create_connection(place, timeout=5).close()

    serve(served.session, ServerOptions(), ready)
    assert len(unserved) == 1


def test_no_answer_waits_for_the_one_before(served: Served) -> None:
    """asyncio turns Nagle's algorithm off only for sockets that say that they speak TCP."""
    assert served.enter().status == 200
    with socket.create_connection(("127.0.0.1", served.port), timeout=5) as connection:
        connection.sendall(f"GET / HTTP/1.1\r\nHost: {served.host}\r\n\r\n".encode())
        assert connection.recv(9) == b"HTTP/1.1 "
        accepted = {
            one.transport.get_extra_info("peername"): one.transport.get_extra_info("socket")
            for one in served.running.server_state.connections
        }[connection.getsockname()]
        assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY) == 1


def test_what_it_needs_is_said(
    run: Run, measured_store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    find = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name, *rest: None if name == "uvicorn" else find(name)
    )
    result = run("review", measured_store, "--no-browser")
    assert result.code == 2
    assert "pip install 'fercurate[review]'" in result.err


@pytest.mark.parametrize("browser", [True, False])
def test_the_browser_is_opened_unless_it_is_not_wanted(
    run: Run,
    measured_store: Path,
    unserved: list[Any],
    monkeypatch: pytest.MonkeyPatch,
    browser: bool,
) -> None:
    opened: list[str] = []
    monkeypatch.setattr("webbrowser.open", opened.append)
    asked = [] if browser else ["--no-browser"]
    result = run("review", measured_store, "--queue", "random", "--as", "anna", *asked)
    found = re.search(TOKEN, result.out)
    assert found is not None
    assert opened == ([found[0]] if browser else [])


def test_the_json_stands_alone(run: Run, measured_store: Path, unserved: list[Any]) -> None:
    asked = ("--queue", "occluded", "--as", "anna", "--no-browser", "--json")
    result = run("review", measured_store, *asked)
    told = json.loads(result.out)
    assert (told["kind"], told["queue"], told["author"]) == ("review", "occluded", "anna")
    assert (told["answered"], told["total"], told["faults"]) == (0, 200, 0)
    assert re.search(TOKEN, result.err)


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_it_and_it_says_how_it_went(
    measured_store: Path, tmp_path: Path, ending: signal.Signals
) -> None:
    file = tmp_path / "d.jsonl"
    asked = ("--queue", "random", "--as", "anna", "--decisions", str(file))
    with started(measured_store, *asked) as (process, address):
        served = Served(None, address, None)  # type: ignore[arg-type]
        assert once_it_listens(served.enter).status == 200
        name = served.ask("/api/next?count=1").json["tiles"][0]["id"]
        assert served.post("/api/answers", {"answers": [[name, "not_face"]]}).status == 200
        os.kill(process.pid, ending)
        said = process.communicate(timeout=20)[0]
        assert process.returncode == 0
    assert file.read_text().count("\n") == 1
    assert "Traceback" not in said
    assert f"1 answered, 1 found, in {file}" in said
