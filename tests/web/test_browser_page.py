"""The page in the browser: keys and buttons, dialogs, narrow windows, colors, and foreign text."""

import threading
from pathlib import Path
from typing import Any

import pytest

from fercurate.store.decision_file import DecisionFile
from tests.web.browsing import KEYS, NEEDED, Looked
from tests.web.conftest import Open, Serve

pytestmark = NEEDED

WIDE = """
() => {
  const style = (query) => getComputedStyle(document.querySelector(query));
  const moving = [...document.querySelectorAll("*")].filter((one) =>
    getComputedStyle(one).transitionDuration.split(", ").some((time) => parseFloat(time) > 0)
    || getComputedStyle(one).animationName !== "none");
  return {
    scrolled: document.documentElement.scrollWidth - innerWidth,
    beyond: [...document.querySelectorAll("main *, dialog[open] *, header *")].filter(
      (one) => one.getBoundingClientRect().right > innerWidth + 0.5).map((one) => one.outerHTML),
    picture: document.querySelector("main canvas").getBoundingClientRect().width,
    moving: moving.length,
    ground: style("body").backgroundColor,
    contrasts: ["#question", "#meaning", "#progress", "#keys button", "#keys .main"].map(contrast),
  };
  function contrast(query) {
    const one = document.querySelector(query);
    let under = one;
    const ground = () => getComputedStyle(under).backgroundColor;
    while (ground() === "rgba(0, 0, 0, 0)") under = under.parentElement;
    const light = [getComputedStyle(one).color, ground()].map(luminance);
    return (Math.max(...light) + 0.05) / (Math.min(...light) + 0.05);
  }
  function luminance(color) {
    const [r, g, b] = color.match(/[\\d.]+/g).map((part) => part / 255).map(
      (part) => part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  }
}
"""


def lines(file: Path) -> list[tuple[str, str]]:
    return [(one.sample_id, one.answer) for one in DecisionFile(file).read()]


@pytest.mark.parametrize("queue", ["label_noise", "occluded"])
def test_every_key_has_a_button_that_does_the_same(
    serve: Serve, open_page: Open, tmp_path: Path, queue: str
) -> None:
    files = [tmp_path / "keys.jsonl", tmp_path / "clicks.jsonl"]
    keyed, clicked = (open_page(serve(queue, decisions=file)) for file in files)
    buttons = keyed.buttons()
    assert buttons == clicked.buttons()
    assert len(buttons) == (16 if queue == "label_noise" else 8)
    keyed.press("?")
    listed = keyed.page.locator("#panel dt").all_inner_texts()
    keyed.press("Escape")
    assert set(listed) - set(buttons) <= {"← ↑ ↓ →"}, "a tile can be clicked"
    assert set(buttons) <= set(listed)
    states: list[list[dict[str, Any]]] = [[], []]
    for key in [*buttons, "Enter"]:
        keyed.press(KEYS.get(key, key.lower()))
        clicked.click(key)
        for page, told in zip((keyed, clicked), states, strict=True):
            told.append(page.state())
            page.press("Escape")
        if queue == "occluded" and key == "Enter":
            for page in (keyed, clicked):
                page.press("ArrowRight", "ArrowDown")
    assert states[0] == states[1]
    assert lines(files[0]) == lines(files[1]) != []
    assert len({str(state) for state in states[0]}) > len(buttons)


def test_a_click_marks_a_tile(serve: Serve, open_page: Open) -> None:
    page = open_page(serve("occluded"))
    page.page.locator(".tile").nth(7).click()
    marked = [place for place, (_, mark) in enumerate(page.state()["shown"]) if mark]
    assert marked == [7]
    assert page.page.locator(".tile").nth(7).get_attribute("aria-pressed") == "true"
    page.page.locator(".tile").nth(7).click()
    assert not any(mark for _, mark in page.state()["shown"])


@pytest.mark.parametrize("queue", ["label_noise", "occluded"])
def test_dialogs_say_what_is_known_and_take_no_answer(
    serve: Serve, open_page: Open, queue: str
) -> None:
    served = serve(queue)
    page = open_page(served)
    before = page.state()
    for key, title in (("?", "Keys"), ("d", served.session.next_tiles(1)[0].sample_id)):
        page.press(key)
        assert page.state()["panel"] == title
        page.press(*"123xuztc", "ArrowRight")
        assert page.state()["panel"] == title
        text = page.page.inner_text("#panel-body")
        page.press("Escape")
        assert page.state() == before
    told = served.ask(f"/api/details?id={title}", headers=page_headers(served, page)).json
    for name, value in {**told["votes"], **told["scores"]}.items():
        assert f"{name}\t{value:g}" in text
    assert f"label: {told['label']}" in text
    assert not served.file.exists()
    page.press("?")
    page.page.locator("#panel-close").click()
    page.press("Enter")
    assert served.file.exists()


def page_headers(served: Any, page: Looked) -> list[tuple[str, str]]:
    """Host, and the cookie of a page."""
    (cookie,) = page.page.context.cookies()
    assert (cookie["httpOnly"], cookie["sameSite"], cookie["secure"]) == (True, "Strict", False)
    return [("Host", served.host), ("Cookie", f"{cookie['name']}={cookie['value']}")]


def test_blind_hides_all_until_the_answer(serve: Serve, open_page: Open) -> None:
    served = serve("label_noise", blind=True)
    page = open_page(served)
    assert page.state()["given"] == ""
    assert not {"Enter", "C"} & set(page.buttons())
    assert page.page.locator("[data-given=true], [data-suggested=true]").count() == 0
    page.press("d", "Enter", "c")
    assert page.state()["panel"] == ""
    assert not served.file.exists()
    page.press("1")
    assert len(lines(served.file)) == 1


WINDOWS = {
    "desk": (1280, 800), "twice as large": (640, 400), "phone": (390, 844), "small": (320, 568)
}  # fmt: skip


@pytest.mark.parametrize("colors", ["light", "dark"])
@pytest.mark.parametrize("queue", ["label_noise", "occluded"])
def test_nothing_hangs_over_and_all_can_be_read(
    serve: Serve, open_page: Open, queue: str, colors: str
) -> None:
    page = open_page(serve(queue), color_scheme=colors, reduced_motion="reduce")
    grounds = {"light": "rgb(251, 250, 248)", "dark": "rgb(22, 24, 27)"}
    for name, (width, height) in WINDOWS.items():
        page.page.set_viewport_size({"width": width, "height": height})
        for key in ("", "?", "d"):
            page.press(*key)
            seen = page.page.evaluate(WIDE)
            assert seen["scrolled"] <= 0, (name, key)
            assert seen["beyond"] == [], (name, key)
            assert seen["picture"] >= 48, name
            assert min(seen["contrasts"]) >= 4.5
            assert (seen["ground"], seen["moving"]) == (grounds[colors], 0)
            page.press("Escape")


def test_what_moves_does_so_only_where_it_may(serve: Serve, open_page: Open) -> None:
    page = open_page(serve("occluded"))
    assert page.page.evaluate(WIDE)["moving"] > 40


@pytest.mark.parametrize("queue", ["label_noise", "occluded"])
def test_what_has_the_focus_is_seen(serve: Serve, open_page: Open, queue: str) -> None:
    page = open_page(serve(queue))
    outline = """() => {
      const style = getComputedStyle(document.activeElement);
      return [document.activeElement.localName, style.outlineStyle, parseFloat(style.outlineWidth)];
    }"""
    for key in ["Tab"] * 5 + (["Shift+Tab"] * 2 if queue == "label_noise" else ["ArrowRight"] * 2):
        page.press(key)
        assert page.page.evaluate(outline) == ["button", "solid", 3]
    assert page.page.evaluate("() => document.activeElement.matches(':focus-visible')")


TABBED = {"label_noise": ("label-disgust", "Enter"), "occluded": ("turn", "Enter")}


@pytest.mark.parametrize("queue", TABBED)
def test_enter_presses_the_button_that_has_the_focus(
    serve: Serve, open_page: Open, queue: str
) -> None:
    """Who goes through the buttons by Tab writes what they did not choose."""
    served = serve(queue)
    page = open_page(served)
    button, key = TABBED[queue]
    name = served.session.next_tiles(1)[0].sample_id
    while page.page.evaluate("() => document.activeElement.id") != button:
        page.page.keyboard.press("Tab")
    page.press(key)
    written = lines(served.file) if served.file.exists() else []
    assert written == ([(name, "disgust")] if queue == "label_noise" else [])


def test_no_key_is_lost_while_more_is_asked_for(
    serve: Serve, open_page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    served = serve("label_noise")
    page = open_page(served)
    gate, ask = threading.Event(), served.session.next_tiles

    def late(count: int) -> Any:
        gate.wait(10)
        return ask(count)

    monkeypatch.setattr(served.session, "next_tiles", late)
    for _ in range(7):
        shown = page.page.locator(".frame").get_attribute("data-id")
        page.page.keyboard.press("1")
        page.page.wait_for_selector(f".frame:not([data-id='{shown}'])")
    page.page.keyboard.press("1")
    gate.set()
    page.settle()
    assert len(lines(served.file)) == 8


def test_a_new_order_leaves_the_limit(serve: Serve, open_page: Open) -> None:
    served = serve("label_noise", limit=2, learn=False)
    page = open_page(served)
    served.session._rank(1 - served.session.queue.chances)
    page.press("1", "1", "1")
    assert "Nothing is left" in page.page.inner_text("#work")
    assert len(lines(served.file)) == 2
