"""What the page asks for, by address; everything it may change is an answer or an undo."""

import json
from importlib.resources import files
from threading import Lock
from typing import Any
from urllib.parse import parse_qs

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from fercurate.domain.decisions.decision import LABEL, NOT_A_FACE, UNSURE
from fercurate.domain.expression import EXPRESSIONS
from fercurate.errors import FercurateError
from fercurate.pipeline.review.details import SampleDetails
from fercurate.pipeline.review.session import ReviewSession
from fercurate.screening.registry import CRITERIA_BY_NAME
from fercurate.web.pictures import picture_png

PAGE = 40
"""Tiles of a grid at a time."""

_MOST_TILES = 80
_KINDS = {
    ".html": "text/html",
    ".css": "text/css",
    ".js": "text/javascript",
    ".svg": "image/svg+xml",
}
ASSETS: dict[str, str] = {
    "page.html": ".html",
    "icon.svg": ".svg",
    "review.css": ".css",
    "review.js": ".js",
    "server.js": ".js",
    "pictures.js": ".js",
    "grid.js": ".js",
    "single.js": ".js",
    "panel.js": ".js",
}
"""The files of the page, and nothing else: names are looked up, never joined to a path."""


class ReviewRoutes:
    """Answers the page for one session."""

    def __init__(self, session: ReviewSession) -> None:
        self._session = session
        self._details = SampleDetails.of(session.store)
        self._reading = Lock()

    def application(self) -> Starlette:
        """All addresses."""
        return Starlette(
            routes=[
                Route("/", self.page),
                Route("/assets/{name}", self.asset),
                Route("/api/session", self.about),
                Route("/api/next", self.next_tiles),
                Route("/api/progress", self.progress),
                Route("/api/picture", self.picture),
                Route("/api/details", self.details),
                Route("/api/answers", self.answers, methods=["POST"]),
                Route("/api/undo", self.undo, methods=["POST"]),
                Route("/api/cells", self.cells),
                Route("/api/cell", self.cell, methods=["POST"]),
            ],
            exception_handlers={FercurateError: _failed, OSError: _failed},
        )

    async def page(self, request: Request) -> Response:
        """The page itself."""
        return _asset("page.html")

    async def asset(self, request: Request) -> Response:
        """A file of the page."""
        name = request.path_params["name"]
        return _asset(name) if name in ASSETS else _missing()

    async def about(self, request: Request) -> Response:
        """What is reviewed, by whom, and what may be answered."""
        session = self._session
        question = session.queue.question
        criterion = CRITERIA_BY_NAME.get(question)
        return _Json(
            {
                "queue": session.queue.name,
                "question": question,
                "meaning": "" if criterion is None else criterion.meaning,
                "author": session.author,
                "blind": session.request.blind,
                "view": "grid" if session.is_grid else "single",
                "page": PAGE,
                "expressions": list(EXPRESSIONS) if question == LABEL else [],
                "other_answers": [NOT_A_FACE, UNSURE] if question == LABEL else [UNSURE],
                "cells": session.queue.suggestions is not None and not session.request.blind,
                "file": session.file.path.name,
                "store": session.store.path.name,
                "progress": await run_in_threadpool(self._told_progress),
            }
        )

    def _told_progress(self) -> dict[str, Any]:
        """How it goes, as far as the author may know."""
        progress = self._session.progress()
        return progress.to_json() if self._session.tells_faults else progress.counts()

    async def next_tiles(self, request: Request) -> Response:
        """The next tiles."""
        text = request.query_params.get("count", str(PAGE))
        count = min(int(text), _MOST_TILES) if text.isdecimal() and len(text) < 4 else PAGE
        tiles = await run_in_threadpool(self._session.next_tiles, count)
        return _Json({"tiles": [tile.to_json() for tile in tiles]})

    async def progress(self, request: Request) -> Response:
        """How it goes."""
        told = await run_in_threadpool(self._told_progress)
        return _Json(told)

    async def picture(self, request: Request) -> Response:
        """A picture by the id of its sample."""
        row = self._session.facts.row(_named(request))
        if row is None:
            return _missing()
        content = await run_in_threadpool(self._read, row)
        return Response(content, media_type="image/png")

    def _read(self, row: int) -> bytes:
        with self._reading:
            return picture_png(self._session.store, row)

    async def details(self, request: Request) -> Response:
        """What is known of a sample; in a blind review nothing."""
        row = self._session.facts.row(_named(request))
        if row is None or self._session.request.blind:
            return _missing()
        return _Json(await run_in_threadpool(self._looked_up, row))

    def _looked_up(self, row: int) -> dict[str, Any]:
        with self._reading:
            return self._details.to_json(row)

    async def answers(self, request: Request) -> Response:
        """Answers, written before this is answered."""
        told = await _body(request)
        listed = told.get("answers") if isinstance(told, dict) else None
        if not isinstance(listed, list) or not all(_is_answer(one) for one in listed):
            return _said("answers are a list of [id, answer]", 400)
        pairs = [(one[0], one[1]) for one in listed]
        await run_in_threadpool(self._session.answer, pairs)
        return _Json({"progress": await run_in_threadpool(self._told_progress)})

    async def undo(self, request: Request) -> Response:
        """Take back what was answered last."""
        await _body(request)
        undone = await run_in_threadpool(self._session.undo)
        progress = await run_in_threadpool(self._told_progress)
        return _Json({"undone": undone, "progress": progress})

    async def cells(self, request: Request) -> Response:
        """Unanswered samples by label and suggestion."""
        told = await run_in_threadpool(self._session.cells)
        cells = [[label, guess, count] for (label, guess), count in told.items() if guess]
        return _Json({"cells": cells})

    async def cell(self, request: Request) -> Response:
        """Show one cell of the table only, or all again."""
        told = await _body(request)
        if not _is_answer(told):
            return _said("a cell is [label, suggestion]", 400)
        if self._session.request.blind:
            return _missing()
        await run_in_threadpool(self._session.narrow, *told)
        return _Json({"cell": told})


class _Json(JSONResponse):
    """JSON in ASCII: names of files that are no UTF-8 have escapes for what they hold."""

    def render(self, content: Any) -> bytes:
        """The bytes of the answer."""
        return json.dumps(content, separators=(",", ":")).encode("ascii")


def _named(request: Request) -> str:
    """The id that a request names; bytes that are no UTF-8 come back as they were."""
    query = request.scope["query_string"].decode("ascii", "replace")
    names: list[str] = parse_qs(query, errors="surrogateescape").get("id", [""])
    return names[0]


async def _body(request: Request) -> Any:
    try:
        return json.loads(await request.body())
    except (ValueError, RecursionError):
        return None


def _is_answer(one: Any) -> bool:
    return isinstance(one, list) and len(one) == 2 and all(isinstance(text, str) for text in one)


def _asset(name: str) -> Response:
    content = files("fercurate.web").joinpath("assets", name).read_bytes()
    return Response(content, media_type=f"{_KINDS[ASSETS[name]]}; charset=utf-8")


def _missing() -> Response:
    return _said("there is no such thing", 404)


def _said(text: str, status: int) -> Response:
    return _Json({"error": text}, status)


async def _failed(request: Request, error: Exception) -> Response:
    """A failure in the words of the command line: the page shows it, and nothing is lost."""
    if isinstance(error, FercurateError):
        return _said(error.message, 409)
    return _said(str(getattr(error, "strerror", None) or error), 507)
