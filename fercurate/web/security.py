"""Who may ask the review server, and what every answer says to the browser.

The rules are those of Jupyter's server: a token in the address that is printed, exchanged once
for a cookie; a host that must be this machine under our port, so that no name of somebody else's
leads here; changes only by POST, with JSON, from a page of our own.
"""

import hmac
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from urllib.parse import parse_qs

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import cookie_parser
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

MOST_BODY = 65_536
"""Bytes of a request's body at most: a page of 40 answers has 4,000."""

HEADERS: dict[str, str] = {
    "Content-Security-Policy": "default-src 'none'; img-src 'self'; style-src 'self'; "
    "script-src 'self'; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; "
    "form-action 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
"""What every answer carries."""

_WELCOME = (
    '<!doctype html><meta charset="utf-8"><meta http-equiv="refresh" content="0;url=/">'
    '<link rel="icon" href="/assets/icon.svg" type="image/svg+xml">'
    '<title>fercurate review</title><a href="/">to the review</a>'
)
"""What a browser is shown for its token: a page of our own, from which it goes on by itself."""

_USED = (
    "This link has been used. Open the page in the browser that used it, or start the review again."
)


@dataclass
class Access:
    """What lets one browser in: a token of 256 bits, good once, and the cookie that it is given.

    ``hosts`` are the values of the header ``Host`` that are ours: address and port.
    """

    port: int
    hosts: frozenset[str]
    token: str = field(default_factory=lambda: secrets.token_urlsafe(32))
    _cookie: str = field(default_factory=lambda: secrets.token_urlsafe(32))
    _used: bool = False

    @property
    def cookie_name(self) -> str:
        """Cookies know no ports: the name tells the servers of one machine apart."""
        return f"fercurate-{self.port}"

    def exchange(self, token: str) -> str | None:
        """The cookie for the token; None for a wrong one, or if it has been used."""
        right = hmac.compare_digest(token.encode(), self.token.encode())
        if not right or self._used:
            return None
        self._used = True
        return self._cookie

    def knows(self, cookies: dict[str, str]) -> bool:
        """Whether a request comes from the browser that exchanged the token."""
        given = cookies.get(self.cookie_name, "")
        return self._used and hmac.compare_digest(given.encode(), self._cookie.encode())


def loopback_hosts(port: int) -> frozenset[str]:
    """The values of ``Host`` by which this machine calls itself."""
    return frozenset(f"{name}:{port}" for name in ("127.0.0.1", "localhost", "[::1]"))


class Guard:
    """Lets a request through to the page only if every rule is kept."""

    def __init__(self, app: ASGIApp, access: Access) -> None:
        self._app, self._access = app, access

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or refuse it."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        if scope["type"] != "http":
            return  # no web sockets here: the connection is closed unanswered
        answer = self._refusal(scope) or self._app
        bounded = Bounded(receive)
        await answer(scope, bounded, _with_headers(send))

    def _refusal(self, scope: Scope) -> ASGIApp | None:
        """What a request that breaks a rule is answered; None for one that keeps them."""
        headers = Headers(scope=scope)
        if headers.get("host", "") not in self._access.hosts or len(headers.getlist("host")) != 1:
            return _refused(400, "this server answers to its own address only")
        if scope["method"] not in {"GET", "HEAD", "POST"}:
            return _refused(405, "only GET and POST are answered")
        if not self._access.knows(cookie_parser(headers.get("cookie", ""))):
            return self._entrance(scope)
        if scope["path"] == "/" and b"token=" in scope["query_string"]:
            return RedirectResponse("/", 303)
        if headers.get("sec-fetch-site", "same-origin") not in {"same-origin", "none"}:
            return _refused(403, "another page asks")
        return self._wrong_change(headers) if scope["method"] == "POST" else None

    def _entrance(self, scope: Scope) -> ASGIApp:
        """A browser without our cookie: the token is exchanged for it, once."""
        told = parse_qs(scope["query_string"].decode("latin-1")).get("token", [])
        if scope["path"] != "/" or scope["method"] != "GET" or len(told) != 1:
            return _refused(403, "open the address that fercurate review printed")
        cookie = self._access.exchange(told[0])
        if cookie is None:
            return _refused(403, _USED)
        # A redirect would go on in the name of the page with the link, without a strict cookie.
        welcome = HTMLResponse(_WELCOME)
        welcome.set_cookie(
            self._access.cookie_name, cookie, path="/", httponly=True, samesite="strict"
        )
        return welcome

    def _wrong_change(self, headers: Headers) -> ASGIApp | None:
        """What is wrong with a request that would change something."""
        same = headers.get("sec-fetch-site", "same-origin") == "same-origin"
        if not same or headers.get("origin") != f"http://{headers['host']}":
            return _refused(403, "changes come from this page only")
        kind = headers.get("content-type", "").partition(";")[0].strip().casefold()
        if kind != "application/json":
            return _refused(415, "changes come as JSON")
        length = headers.get("content-length", "")
        if not length.isdecimal() or int(length) > MOST_BODY:
            return _refused(413, f"at most {MOST_BODY} bytes, their number said before")
        return None


class Bounded:
    """Receives no more of a body than is allowed, whatever its length was said to be."""

    def __init__(self, receive: Receive) -> None:
        self._receive = receive
        self._left = MOST_BODY

    async def __call__(self) -> Message:
        """The next piece; a disconnection in place of what is too much."""
        message = await self._receive()
        self._left -= len(message.get("body", b""))
        return message if self._left >= 0 else {"type": "http.disconnect"}


def _refused(status: int, text: str) -> ASGIApp:
    return PlainTextResponse(f"{text}\n", status)


def _with_headers(send: Send) -> Callable[[Message], Awaitable[None]]:
    async def told(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in HEADERS.items():
                headers[name] = value
        await send(message)

    return told
