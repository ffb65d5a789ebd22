"""Who may ask the review server: one browser, by our address, with a cookie; all others nothing."""

import asyncio
import re
import socket
import string
from http.cookies import SimpleCookie
from typing import Any

import pytest

from tests.web.conftest import Serve
from tests.web.serving import Pairs, Served, routes

pytest.importorskip("uvicorn")
pytest.importorskip("starlette")

from fercurate.web.security import Access, Guard, loopback_hosts


def asking(served: Served) -> list[tuple[str, str]]:
    """Method and path of everything that the application answers."""
    return [(method, path) for path, methods in routes(served).items() for method in methods]


def test_it_listens_on_this_machine_alone(served: Served) -> None:
    sockets = [one.getsockname() for server in served.running.servers for one in server.sockets]
    assert sockets == [("127.0.0.1", served.port)]
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.2", served.port), timeout=5)


def test_the_address_holds_a_token_of_256_bits(served: Served, serve: Serve) -> None:
    form = r"http://127\.0\.0\.1:\d+/\?token=([\w-]{43})"
    first = re.fullmatch(form, served.address)
    assert first is not None
    tokens = {first[1]} | {Access(1, frozenset()).token for _ in range(50)}
    assert len(tokens) == 51
    drawn = set("".join(tokens))
    assert drawn == set(string.ascii_letters + string.digits + "-_"), "all 64 digits of base64"
    assert first[1] not in serve().address


def test_the_token_is_exchanged_for_a_cookie(served: Served) -> None:
    answer = served.enter()
    assert (answer.status, answer.header("location")) == (200, None)
    assert b'content="0;url=/"' in answer.body, "a strict cookie does not survive a redirect"
    cookie = SimpleCookie(answer.header("set-cookie"))
    assert list(cookie) == [f"fercurate-{served.port}"]
    told = cookie[f"fercurate-{served.port}"]
    assert re.fullmatch(r"[\w-]{43}", told.value)
    assert told.value not in served.address
    assert (told["httponly"], told["samesite"], told["path"]) == (True, "strict", "/")
    assert (told["domain"], told["expires"], told["max-age"]) == ("", "", "")
    assert served.ask("/").status == 200


def test_the_token_is_good_once(served: Served) -> None:
    assert served.enter().status == 200
    kept, served.cookie = served.cookie, ""
    for _ in range(3):
        again = served.enter()
        assert (again.status, again.header("set-cookie")) == (403, None)
        assert b"has been used" in again.body
    served.cookie = kept
    assert served.ask("/api/session").status == 200
    again = served.ask(served.entrance)
    assert (again.status, again.header("location")) == (303, "/"), "whoever is in stays in"
    assert again.header("set-cookie") is None


WRONG = {
    "none": "/",
    "empty": "/?token=",
    "wrong": "/?token=" + "A" * 43,
    "too short": "/?token={token:.42}",
    "too long": "/?token={token}A",
    "no text": "/?token=%ff%00",
    "other letters": "/?token=%C3%A9",
    "under another name": "/?Token={token}",
    "twice": "/?token={token}&token={token}",
    "another path": "/api/session?token={token}",
    "the page's file": "/assets/page.html?token={token}",
    "in the path": "/{token}",
    "an empty path before": "//?token={token}",
}


@pytest.mark.parametrize("path", WRONG.values(), ids=WRONG)
def test_a_wrong_token_is_refused_and_the_right_one_stays_good(served: Served, path: str) -> None:
    token = served.entrance.partition("=")[2]
    answer = served.ask(path.format(token=token))
    assert (answer.status, answer.header("set-cookie")) == (403, None)
    assert token not in answer.body.decode()
    assert served.enter().status == 200


@pytest.mark.parametrize("method", ["HEAD", "POST"])
def test_only_get_exchanges_the_token(served: Served, method: str) -> None:
    """A look ahead must not use it up."""
    assert served.ask(served.entrance, method).status == 403
    assert served.enter().status == 200


def test_every_route_wants_the_cookie(entered: Served) -> None:
    asked = asking(entered)
    assert {"/", "/assets/page.html", "/api/picture", "/api/answers"} <= {path for _, path in asked}
    right, name = entered.cookie, f"fercurate-{entered.port}"
    wrong = [
        "", f"{name}=", f"{name}={'A' * 43}", f"fercurate-1={right.partition('=')[2]}",
        f"{right}A", right[:-1], right.upper(), f"other={right}", f'{name}="\\377"',
    ]  # fmt: skip
    for method, path in asked:
        for cookie in wrong:
            entered.cookie = cookie
            assert entered.ask(path, method).status == 403, (method, path, cookie)
        entered.cookie = f"a=b; {right}; c=d"
        assert entered.ask(path, method).status not in {401, 403}, (method, path)
    assert entered.written == b""


def test_no_cookie_is_good_before_the_token_is_exchanged(served: Served) -> None:
    access = Access(1, frozenset())
    told = {"fercurate-1": access._cookie}
    assert not access.knows(told)
    assert access.exchange(access.token) == access._cookie
    assert access.knows(told)
    assert not access.knows({})
    served.cookie = f"fercurate-{served.port}="
    assert served.ask("/").status == 403


HOSTS = {
    "another name": ["evil.example"],
    "another name with our port": ["evil.example:{port}"],
    "a name that begins like ours": ["127.0.0.1.evil.example:{port}"],
    "a name that ends like ours": ["evil-localhost:{port}"],
    "a part of ours": ["0.0.1:{port}"],
    "no port": ["127.0.0.1"],
    "localhost without port": ["localhost"],
    "another port": ["127.0.0.1:1{port}"],
    "port 80": ["127.0.0.1:80"],
    "a name before ours": ["evil.example@127.0.0.1:{port}"],
    "several": ["127.0.0.1:{port}", "127.0.0.1:{port}"],
    "another beside ours": ["127.0.0.1:{port}", "evil.example:{port}"],
    "ours beside another": ["evil.example:{port}", "127.0.0.1:{port}"],
    "both in one": ["127.0.0.1:{port}, evil.example"],
    "capitals": ["LOCALHOST:{port}"],
    "a dot at the end": ["localhost.:{port}"],
    "any address": ["0.0.0.0:{port}"],
    "a number": ["2130706433:{port}"],
    "empty": [""],
    "IPv6 without brackets": ["::1:{port}"],
}


@pytest.mark.parametrize("hosts", HOSTS.values(), ids=HOSTS)
@pytest.mark.parametrize("path", ["{entrance}", "/", "/api/next"])
def test_another_host_is_refused(standing: Served, hosts: list[str], path: str) -> None:
    told = [("Host", host.format(port=standing.port)) for host in hosts]
    answer = standing.ask(
        path.format(entrance=standing.entrance), headers=[*told, cookie(standing)]
    )
    assert answer.status == 400
    assert b"fercurate" not in answer.body


def cookie(served: Served) -> tuple[str, str]:
    return "Cookie", served.cookie


@pytest.mark.parametrize("name", ["127.0.0.1", "localhost", "[::1]"])
def test_the_names_of_this_machine_are_answered(standing: Served, name: str) -> None:
    told: Pairs = [("Host", f"{name}:{standing.port}"), cookie(standing)]
    assert standing.ask("/api/next", headers=told).status == 200
    assert f"{name}:7" in loopback_hosts(7)


def test_no_host_at_all_is_refused(standing: Served) -> None:
    sent = f"GET /api/next HTTP/1.0\r\nCookie: {standing.cookie}\r\n\r\n".encode()
    assert b" 400 " in standing.raw(sent).partition(b"\r\n")[0]
    sent = f"GET /api/next HTTP/1.1\r\nCookie: {standing.cookie}\r\n\r\n".encode()
    assert b" 400 " in standing.raw(sent).partition(b"\r\n")[0]


def answered(scope: dict[str, Any]) -> list[Any]:
    """What the guard sends by itself; the application behind it must not be asked."""
    sent: list[Any] = []

    async def application(scope: Any, receive: Any, send: Any) -> None:
        raise AssertionError("let through")

    async def receive() -> Any:
        raise AssertionError("read")

    async def send(message: Any) -> None:
        sent.append(message)

    access = Access(7, loopback_hosts(7))
    cookie = f"fercurate-7={access.exchange(access.token)}".encode()
    told = scope | {"headers": [(b"cookie", cookie), *scope["headers"]]}
    asyncio.run(Guard(application, access)(told, receive, send))
    return sent


def test_no_server_before_it_is_trusted() -> None:
    """uvicorn refuses two hosts and opens no web socket, Starlette no other method; so does it."""
    hosts = [(b"host", b"127.0.0.1:7")] * 2
    scope = {"type": "http", "method": "GET", "path": "/", "query_string": b"", "headers": hosts}
    assert answered(scope)[0]["status"] == 400
    for method in ("OPTIONS", "PUT", "get"):
        assert answered(scope | {"method": method, "headers": hosts[:1]})[0]["status"] == 405
    assert answered(scope | {"type": "websocket", "headers": hosts[:1]}) == []


@pytest.mark.parametrize("site", ["cross-site", "same-site", "", "other"])
def test_what_another_site_asks_is_refused(standing: Served, site: str) -> None:
    for method, path in asking(standing):
        headers = [pair for pair in standing.own(method) if pair[0] != "Sec-Fetch-Site"]
        answer = standing.ask(path, method, [*headers, ("Sec-Fetch-Site", site)])
        assert answer.status == 403, (method, path)


@pytest.mark.parametrize("path", ["/api/next", "/api/answers", "/ws"])
def test_web_sockets_are_not_answered(standing: Served, path: str) -> None:
    key = [
        ("Upgrade", "websocket"), ("Connection", "Upgrade"), ("Sec-WebSocket-Version", "13"),
        ("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="), ("Origin", f"http://{standing.host}"),
    ]  # fmt: skip
    answer = standing.ask(path, headers=[*standing.own(), *key])
    assert answer.status != 101
    assert answer.header("upgrade") is None
