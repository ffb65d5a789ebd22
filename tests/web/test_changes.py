"""What changes something: JSON, by POST, from our own page, of a bounded length; or nothing is."""

import asyncio
import errno
import json
import os
from typing import Any

import pytest

from fercurate.store.decision_file import DecisionFile
from tests.web.serving import Answer, Served, routes

pytest.importorskip("uvicorn")
pytest.importorskip("starlette")

from fercurate.web.security import MOST_BODY, Access, Guard, loopback_hosts


def changing(served: Served) -> list[str]:
    """The paths of all that may change something."""
    return [path for path, methods in routes(served).items() if "POST" in methods]


def upcoming(served: Served, count: int = 1) -> list[str]:
    """The ids of the next samples."""
    return [tile["id"] for tile in served.ask(f"/api/next?count={count}").json["tiles"]]


def sad(served: Served, count: int = 1) -> dict[str, Any]:
    """An answer about the next samples."""
    return {"answers": [[name, "sad"] for name in upcoming(served, count)]}


@pytest.fixture
def answered(entered: Served) -> Served:
    """A server that wrote one answer, so that there is something to undo."""
    answer = entered.post("/api/answers", sad(entered))
    assert (answer.status, answer.json["progress"]["answered"]) == (200, 1)
    assert entered.written.count(b"\n") == 1
    return entered


def refused(served: Served, answer: Answer, status: int) -> None:
    """Nothing is written, and nothing counts."""
    assert answer.status == status
    assert served.written.count(b"\n") == 1
    assert served.ask("/api/progress").json["answered"] == 1


def test_our_own_page_changes_something(answered: Served) -> None:
    (first,) = upcoming(answered)
    assert answered.post("/api/answers", sad(answered)).status == 200
    assert upcoming(answered) != [first]
    told = answered.post("/api/undo", {}).json
    assert (told["undone"], told["progress"]["answered"]) == ([first], 1)
    assert answered.written.count(b"\n") == 3


ORIGINS = {
    "none": None,
    "null": "null",
    "empty": "",
    "another": "http://evil.example",
    "another with our port": "http://evil.example:{port}",
    "a name that begins like ours": "http://127.0.0.1.evil.example:{port}",
    "another port": "http://127.0.0.1:1{port}",
    "no port": "http://127.0.0.1",
    "another scheme": "https://127.0.0.1:{port}",
    "another name of this machine": "http://localhost:{port}",
    "with a path": "http://127.0.0.1:{port}/",
    "several": "http://127.0.0.1:{port} http://evil.example",
}


@pytest.mark.parametrize("origin", ORIGINS.values(), ids=ORIGINS)
def test_another_origin_is_refused(answered: Served, origin: str | None) -> None:
    told = None if origin is None else origin.format(port=answered.port)
    for path in changing(answered):
        refused(answered, answered.post(path, sad(answered), Origin=told), 403)


@pytest.mark.parametrize("site", ["cross-site", "same-site", "none", ""])
def test_another_site_is_refused(answered: Served, site: str) -> None:
    for path in changing(answered):
        refused(answered, answered.post(path, sad(answered), Sec_Fetch_Site=site), 403)


@pytest.mark.parametrize("site", [None, "same-origin"])
def test_an_old_browser_does_not_say_its_site(answered: Served, site: str | None) -> None:
    assert answered.post("/api/undo", {}, Sec_Fetch_Site=site).status == 200


KINDS = [
    None, "", "text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x",
    "text/plain; application/json", "application/jsonp", "text/json", "application/json-patch+json",
]  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_another_type_than_json_is_refused(answered: Served, kind: str | None) -> None:
    """Those that a form of another page can send without asking first, and others."""
    for path in changing(answered):
        refused(answered, answered.post(path, sad(answered), Content_Type=kind), 415)


@pytest.mark.parametrize("kind", ["application/json; charset=utf-8", "Application/JSON"])
def test_json_may_say_its_charset(answered: Served, kind: str) -> None:
    assert answered.post("/api/answers", sad(answered), Content_Type=kind).status == 200


def test_get_changes_nothing_and_post_reads_nothing(answered: Served) -> None:
    for path, methods in routes(answered).items():
        posted = "POST" in methods
        assert posted != ("GET" in methods), path
        body = json.dumps(sad(answered)).encode()
        for method in ("GET", "HEAD") if posted else ("POST",):
            answer = answered.ask(path, method, answered.own("POST", body), body)
            refused(answered, answer, 405)
        for method in ("PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "get", "FOO"):
            answer = answered.ask(path, method, answered.own("POST", body), body)
            assert answer.status in {400, 405}
            refused(answered, answer, answer.status)


BODIES = {
    "no JSON": b"{",
    "empty": b"",
    "a list": b"[]",
    "a text": b'"answers"',
    "null": b"null",
    "without answers": b"{}",
    "answers that are no list": b'{"answers": {"a": "sad"}}',
    "an answer of one": b'{"answers": [["a"]]}',
    "an answer of three": b'{"answers": [["a", "sad", "b"]]}',
    "numbers": b'{"answers": [[1, 2]]}',
    "no text": b'{"answers": [["a", null]]}',
    "no UTF-8": b'{"answers": [["\xff", "sad"]]}',
    "deep": b"[" * 30_000,
}


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)
def test_what_is_no_list_of_answers_is_refused(answered: Served, body: bytes) -> None:
    refused(answered, answered.post("/api/answers", body), 400)


def test_what_the_session_refuses_is_said(answered: Served) -> None:
    (name,) = upcoming(answered)
    for told in ([], [["nobody", "sad"]], [[name, "fine"]], [[name, ""]], [[name, "sad"]] * 2):
        answer = answered.post("/api/answers", {"answers": told})
        refused(answered, answer, 409)
        assert answer.json["error"]


def test_an_id_that_no_text_can_be_is_refused(answered: Served) -> None:
    answer = answered.post("/api/answers", rb'{"answers": [["\ud800", "sad"]]}')
    refused(answered, answer, 409)


def test_a_full_disk_is_said_and_nothing_counts(
    answered: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(self: DecisionFile, decisions: Any) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    (name,) = upcoming(answered)
    monkeypatch.setattr(DecisionFile, "append", full)
    for path in ("/api/answers", "/api/undo"):
        answer = answered.post(path, sad(answered))
        refused(answered, answer, 507)
        assert answer.json == {"error": "No space left on device"}
    monkeypatch.undo()
    assert upcoming(answered) == [name]
    assert answered.post("/api/answers", sad(answered)).status == 200


def padded(served: Served, length: int) -> bytes:
    """A good answer that is so long."""
    body = json.dumps(sad(served)).encode()
    return body + b" " * (length - len(body))


def test_a_body_may_be_as_long_as_is_allowed(answered: Served) -> None:
    assert MOST_BODY == 65_536
    refused(answered, answered.post("/api/answers", padded(answered, MOST_BODY + 1)), 413)
    assert answered.post("/api/answers", padded(answered, MOST_BODY)).status == 200


def test_a_page_of_answers_is_far_from_the_bound(answered: Served) -> None:
    told = sad(answered, 80)
    assert len(json.dumps(told)) < MOST_BODY / 10
    assert answered.post("/api/answers", told).json["progress"]["answered"] == 81


@pytest.mark.parametrize("length", ["", "-1", "+5", "0x10", "1e3", "5, 5", "9" * 30])
def test_a_length_that_is_none_is_refused(answered: Served, length: str) -> None:
    try:
        answer = answered.post("/api/answers", sad(answered), Content_Length=length)
    except ConnectionResetError:  # closed with the body unread, before its answer was
        answer = Answer(413, (), b"")
    assert answer.status in {400, 413}
    refused(answered, answer, answer.status)


def head(served: Served, *lines: str) -> bytes:
    """The head of a POST of our page, with these lines in place of a length."""
    told = [f"{name}: {value}" for name, value in served.own("POST") if name != "Content-Length"]
    return "\r\n".join(["POST /api/answers HTTP/1.1", *told, *lines, "", ""]).encode()


def test_a_body_in_chunks_is_refused(answered: Served) -> None:
    body = json.dumps(sad(answered)).encode()
    chunked = b"%x\r\n%s\r\n0\r\n\r\n" % (len(body), body)
    for lines in (("Transfer-Encoding: chunked",), ()):
        found = answered.raw(head(answered, *lines) + chunked)
        assert b" 413 " in found.partition(b"\r\n")[0]
        refused(answered, Answer(413, (), b""), 413)


def test_a_length_that_lies_writes_nothing(answered: Served) -> None:
    body = json.dumps(sad(answered)).encode()
    for length in (len(body) - 5, 10, 0):
        found = answered.raw(head(answered, f"Content-Length: {length}") + body)
        assert b" 400 " in found.partition(b"\r\n")[0]
    for length in (len(body) + 1, MOST_BODY):
        answered.raw(head(answered, f"Content-Length: {length}") + body)
    refused(answered, Answer(400, (), b""), 400)


def test_chunks_beside_a_length_are_bounded(answered: Served) -> None:
    """The server goes by the chunks then; the guard counts them."""
    lines = ("Content-Length: 10", "Transfer-Encoding: chunked")
    body = padded(answered, MOST_BODY + 1)
    chunked = b"%x\r\n%s\r\n0\r\n\r\n" % (len(body), body)
    found = answered.raw(head(answered, *lines) + chunked)
    assert b" 200 " not in found.partition(b"\r\n")[0]
    refused(answered, Answer(413, (), b""), 413)


def test_no_more_is_received_than_is_allowed() -> None:
    """Whatever server stands before it."""
    access = Access(7, loopback_hosts(7))
    told = {
        "host": "127.0.0.1:7",
        "cookie": f"fercurate-7={access.exchange(access.token)}",
        "origin": "http://127.0.0.1:7",
        "content-type": "application/json",
        "content-length": "10",
    }
    headers = [(name.encode(), value.encode()) for name, value in told.items()]
    scope = {
        "type": "http", "method": "POST", "path": "/x", "query_string": b"", "headers": headers
    }  # fmt: skip
    received: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b" " * 1000, "more_body": True}

    async def application(scope: Any, receive: Any, send: Any) -> None:
        while not received or received[-1]["type"] == "http.request":
            received.append(await receive())

    async def send(message: Any) -> None:
        raise AssertionError(message)

    asyncio.run(Guard(application, access)(scope, receive, send))
    assert sum(len(message.get("body", b"")) for message in received) == 65_000
    assert received[-1] == {"type": "http.disconnect"}
