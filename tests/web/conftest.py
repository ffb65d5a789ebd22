"""A measured store for the page, and servers on it."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from fercurate.pipeline.review.opening import open_review
from fercurate.pipeline.review.request import ReviewRequest
from tests.web.browsing import Looked, chromium, look

if TYPE_CHECKING:  # what needs Starlette is skipped without it, by the modules of tests
    from tests.web.serving import Served

Serve = Callable[..., "Served"]
Open = Callable[..., Looked]


@pytest.fixture(scope="session")
def measured_store(shared_store: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of ``shared_store`` in which everything is measured that a review asks for."""
    path = tmp_path_factory.mktemp("reviewed") / "store.h5"
    shutil.copy(shared_store, path)
    shutil.copytree(shared_store.with_name("store.h5.parts"), path.with_name("store.h5.parts"))
    for queue in ("label_noise", "occluded"):
        with open_review(ReviewRequest(path, queue, author="anna", jobs=1)):
            pass
    return path


@pytest.fixture(scope="module")
def standing(measured_store: Path, tmp_path_factory: pytest.TempPathFactory) -> "Iterator[Served]":
    """A server that all tests of a module ask, with its cookie; nothing is to be written."""
    from tests.web.serving import serving

    file = tmp_path_factory.mktemp("standing") / "d.jsonl"
    request = ReviewRequest(measured_store, "random", author="anna", decisions=file, jobs=1)
    with serving(request) as served:
        served.enter()
        yield served
        assert served.written == b""


@pytest.fixture
def serve(measured_store: Path, tmp_path: Path) -> Iterator[Serve]:
    """Serve a review of anna's, whose answers go to ``d.jsonl``, until the test ends."""
    from tests.web.serving import serving

    with ExitStack() as stack:

        def call(queue: str = "random", store: Path = measured_store, **asked: Any) -> "Served":
            file = tmp_path / "d.jsonl"
            told: dict[str, Any] = {"author": "anna", "decisions": file, "jobs": 1} | asked
            return stack.enter_context(serving(ReviewRequest(store, queue, **told)))

        yield call


@pytest.fixture
def served(serve: Serve) -> "Served":
    """A server that asks for labels, and whose token nobody has exchanged."""
    return serve()


@pytest.fixture
def entered(served: "Served") -> "Served":
    """The same, with the cookie."""
    assert served.enter().status == 200
    return served


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """A headless Chromium."""
    with chromium() as one:
        yield one


@pytest.fixture
def open_page(browser: Any) -> Iterator[Open]:
    """Open the page of a server; in the end nothing may have gone wrong in it."""
    pages: list[Looked] = []

    def call(served: "Served", **options: Any) -> Looked:
        viewport = {"viewport": {"width": 1280, "height": 800}}
        pages.append(look(browser.new_context(**(viewport | options))))
        pages[-1].ready(served.address)
        return pages[-1]

    yield call
    for one in pages:
        one.page.context.close()
    assert [fault for one in pages for fault in one.faults + one.uncaught] == []
