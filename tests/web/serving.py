"""A review server in a thread of the tests, and a client that says what it is told to say."""

import asyncio
import json
import re
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from unittest.mock import patch
from urllib.parse import urlsplit

import pytest

from fercurate.pipeline.review.opening import open_review
from fercurate.pipeline.review.request import ReviewRequest
from fercurate.pipeline.review.session import ReviewSession

uvicorn = pytest.importorskip("uvicorn")
pytest.importorskip("starlette")

from starlette.routing import Route  # noqa: E402

from fercurate.web.routes import ReviewRoutes  # noqa: E402
from fercurate.web.server import ServerOptions, serve  # noqa: E402

Pairs = Sequence[tuple[str, str]]
TOKEN = r"http://127\.0\.0\.1:(\d+)/\?token=[\w-]{43}"
REPOSITORY = Path(__file__).resolve().parents[2]
JSON = ("Content-Type", "application/json")


@dataclass(frozen=True)
class Answer:
    """What a server answered: status, headers as they came, body."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes

    def header(self, name: str) -> str | None:
        """The value of a header that is there once; None if it is not there."""
        found = [value for key, value in self.headers if key.lower() == name.lower()]
        assert len(found) <= 1, name
        return found[0] if found else None

    @property
    def json(self) -> Any:
        """The body."""
        return json.loads(self.body)


@dataclass
class Served:
    """A running server."""

    session: ReviewSession
    address: str
    running: Any
    cookie: str = ""

    @property
    def port(self) -> int:
        """The port of the address."""
        return urlsplit(self.address).port or 0

    @property
    def host(self) -> str:
        """What a browser says in ``Host``."""
        return f"127.0.0.1:{self.port}"

    @property
    def entrance(self) -> str:
        """Path and token of the address."""
        return self.address.partition(f":{self.port}")[2]

    @property
    def file(self) -> Path:
        """Where the answers go."""
        return self.session.file.path

    @property
    def written(self) -> bytes:
        """What is written by now."""
        return self.file.read_bytes() if self.file.exists() else b""

    def ask(
        self, path: str, method: str = "GET", headers: Pairs | None = None, body: bytes = b""
    ) -> Answer:
        """Send exactly these headers; by default those of our own page, with its cookie."""
        told = self.own(method, body) if headers is None else headers
        connection = HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            connection.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
            for name, value in told:
                connection.putheader(name, value)
            connection.endheaders(body or None)
            answer = connection.getresponse()
            return Answer(answer.status, tuple(answer.getheaders()), answer.read())
        finally:
            connection.close()

    def own(self, method: str = "GET", body: bytes = b"") -> list[tuple[str, str]]:
        """The headers that our page sends."""
        told = [("Host", self.host), ("Sec-Fetch-Site", "same-origin")]
        if self.cookie:
            told.append(("Cookie", self.cookie))
        if method == "POST":
            origin = ("Origin", f"http://{self.host}")
            told += [origin, JSON, ("Content-Length", str(len(body)))]
        return told

    def post(self, path: str, told: Any, **changed: str | None) -> Answer:
        """Send JSON as our page does; ``changed`` replaces headers, or leaves them out."""
        body = told if isinstance(told, bytes) else json.dumps(told).encode()
        names = {key.replace("_", "-").lower(): value for key, value in changed.items()}
        kept = [pair for pair in self.own("POST", body) if pair[0].lower() not in names]
        added = [(name, value) for name, value in names.items() if value is not None]
        return self.ask(path, "POST", [*kept, *added], body)

    def raw(self, sent: bytes) -> bytes:
        """Send bytes, say that no more come, and return what comes back."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=20) as connection:
            connection.sendall(sent)
            connection.shutdown(socket.SHUT_WR)
            found = b""
            while piece := connection.recv(65536):
                found += piece
        return found

    def enter(self) -> Answer:
        """Exchange the token, and keep the cookie."""
        answer = self.ask(self.entrance, headers=[("Host", self.host)])
        self.cookie = (answer.header("set-cookie") or "").partition(";")[0]
        return answer


def routes(served: Served) -> dict[str, set[str]]:
    """Every path that the application answers, with its methods."""
    found = ReviewRoutes(served.session).application().routes
    known = [one for one in found if isinstance(one, Route)]
    assert len(known) == len(found), "only plain routes are tested"
    return {one.path.replace("{name}", "page.html"): one.methods or set() for one in known}


@contextmanager
def serving(request: ReviewRequest, options: ServerOptions | None = None) -> Iterator[Served]:
    """Serve a review until the block ends."""
    told: list[str] = []
    running: list[Any] = []

    class Stoppable(uvicorn.Server):  # type: ignore[misc, name-defined]
        def __init__(self, config: Any) -> None:
            super().__init__(config)
            running.append(self)

        async def main_loop(self) -> None:
            """Look more often than ten times a second whether it is to end."""
            while not await self.on_tick(0):
                await asyncio.sleep(0.005)

    with open_review(request) as session, patch.object(uvicorn, "Server", Stoppable):
        arguments = (session, options or ServerOptions(), told.append)
        thread = threading.Thread(target=serve, args=arguments)
        thread.start()
        try:
            while not (running and running[0].started):
                thread.join(0.005)
                assert thread.is_alive()
            yield Served(session, told[0], running[0])
        finally:
            if running:
                running[0].should_exit = True
            thread.join(20)
    assert not thread.is_alive()


@contextmanager
def started(store: Path, *asked: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """The command in a process of its own, and the address that it printed."""
    command = [sys.executable, "-m", "fercurate", "review", str(store), "--no-browser", *asked]
    process = subprocess.Popen(
        command, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, cwd=REPOSITORY
    )
    try:
        line = process.stdout.readline()
        found = re.search(TOKEN, line)
        assert found is not None, line
        yield process, found[0]
    finally:
        process.kill()
        process.communicate()


def once_it_listens(ask: Callable[[], Answer]) -> Answer:
    """The answer of a server that is about to listen."""
    for _ in range(500):
        try:
            return ask()
        except ConnectionRefusedError:
            time.sleep(0.02)
    raise AssertionError("it does not listen")
