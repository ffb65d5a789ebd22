"""The review page in headless Chromium, driven by keys; what goes wrong in it is kept."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest

BROWSER = shutil.which(os.environ.get("FERCURATE_CHROMIUM", "chromium"))

NEEDED = pytest.mark.skipif(
    BROWSER is None, reason="needs Chromium (the command chromium, or FERCURATE_CHROMIUM)"
)

WATCH = """
(() => {
  const fetched = window.fetch;
  window.waiting = 0;
  window.fetch = async (...asked) => {
    window.waiting += 1;
    const done = () => setTimeout(() => { window.waiting -= 1; }, 0);
    try {
      const answer = await fetched(...asked);
      answer.clone().arrayBuffer().finally(done);
      return answer;
    } catch (error) {
      done();
      throw error;
    }
  };
  window.latencies = [];
  let pressed = 0;
  let last = null;
  window.addEventListener("keydown", (event) => { pressed = event.timeStamp; }, true);
  new MutationObserver(() => {
    const drawn = document.querySelector(".frame canvas[data-drawn]");
    if (!drawn || drawn === last) return;
    last = drawn;
    if (!pressed) return;
    const start = pressed;
    requestAnimationFrame(() => window.latencies.push(performance.now() - start));
  }).observe(document, { subtree: true, childList: true, attributes: true });
})();
"""
"""Counts what is asked and not yet answered, and how long the next picture takes from a key."""

SETTLED = """
() => new Promise((settled) => {
  let quiet = 0;
  const look = () => {
    quiet = window.waiting ? 0 : quiet + 1;
    if (quiet > 2) settled(); else setTimeout(look, 1);
  };
  look();
})
"""

STATE = """
() => ({
  shown: document.querySelector(".frame")?.dataset.id
    ?? [...document.querySelectorAll(".tile")].map((tile) => [tile.dataset.id, tile.dataset.mark]),
  statement: document.getElementById("statement")?.textContent,
  given: document.querySelector(".given")?.textContent,
  said: document.getElementById("said").textContent,
  progress: document.getElementById("progress").innerText,
  square: document.body.classList.contains("square"),
  trouble: document.getElementById("trouble").textContent,
  panel: document.getElementById("panel").open
    ? document.getElementById("panel-title").textContent : "",
})
"""

KEYS = {"Space": " ", "Enter": "Enter", "?": "?"}
"""What a button calls its key, where it is not a letter or digit."""


@dataclass
class Looked:
    """A page that is open, and what was written to its console."""

    page: Any
    faults: list[str] = field(default_factory=list)
    uncaught: list[str] = field(default_factory=list)

    def state(self) -> dict[str, Any]:
        """What the page shows, once all that it asked for is there."""
        self.settle()
        return dict(self.page.evaluate(STATE))

    def settle(self) -> None:
        """Wait until everything that was asked for is answered."""
        self.page.evaluate(SETTLED)

    def press(self, *keys: str) -> None:
        """Press keys, one after the other, each when the one before is done."""
        for key in keys:
            self.page.keyboard.press(key)
            self.settle()

    def tiles(self) -> list[str]:
        """The ids of the tiles that are shown."""
        self.settle()
        return [str(name) for name, _ in self.page.evaluate(STATE)["shown"]]

    def buttons(self) -> dict[str, str]:
        """What each button does, by its key."""
        found = self.page.locator("#keys button")
        return {
            one.locator("kbd").inner_text(): one.locator("span").inner_text()
            for one in found.all()
        }  # fmt: skip

    def click(self, key: str) -> None:
        """Click the button of a key."""
        self.page.locator("#keys button", has=self.page.locator(f"kbd:text-is('{key}')")).click()
        self.settle()

    def ready(self, address: str) -> None:
        """Open an address, and wait until the first picture can be decided on."""
        self.page.goto(address)
        self.page.wait_for_selector("body[data-ready=yes]")
        self.settle()


@contextmanager
def chromium() -> Iterator[Any]:
    """A browser."""
    driving = pytest.importorskip("playwright.sync_api")
    with driving.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=BROWSER, args=["--no-sandbox"])
        yield browser
        browser.close()


def look(context: Any) -> Looked:
    """A new tab of a context."""
    page = context.new_page()
    looked = Looked(page)
    page.add_init_script(WATCH)
    page.set_default_timeout(10_000)
    page.on("console", lambda said: looked.faults.append(f"{said.type}: {said.text}"))
    page.on("pageerror", lambda error: looked.uncaught.append(str(error)))
    return looked
