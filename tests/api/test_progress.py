"""Progress: a callable gets every event, True shows bars, and warnings come in any case."""

from pathlib import Path

import pytest

import fercurate
from fercurate.api.progress import listener
from fercurate.pipeline.events import Event


def test_a_callable_gets_every_event(fer_folder: Path, tmp_path: Path) -> None:
    events: list[Event] = []
    fercurate.ingest(fer_folder, store=tmp_path / "s.h5", progress=events.append)
    kinds = {type(event) for event in events}
    assert {fercurate.Started, fercurate.Finished, fercurate.Notice} <= kinds


def test_bars_are_shown_on_stderr(
    fer_folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    fercurate.ingest(fer_folder / "fer2013.csv", store=tmp_path / "s.h5", progress=True)
    shown = capsys.readouterr()
    assert "reading fer2013.csv" in shown.err
    assert "fer2013 (csv)" in shown.err
    assert shown.out == ""


def test_every_event_is_understood_by_the_bars(capsys: pytest.CaptureFixture[str]) -> None:
    listen = listener(True)
    listen(fercurate.Started("drawing", 4, "faces"))
    listen(fercurate.Advanced(3))
    listen(fercurate.Finished())
    listen(fercurate.Advanced(1))  # of no stage: nothing to show
    listen(fercurate.Notice("so far so good"))
    with pytest.warns(fercurate.FercurateWarning, match="beware"):
        listen(fercurate.Notice("beware", warning=True))
    shown = capsys.readouterr().err
    assert "drawing" in shown
    assert "so far so good" in shown


@pytest.mark.parametrize("progress", [None, False])
def test_without_progress_only_warnings_come(
    progress: bool | None, fer_folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file, store = fer_folder / "fer2013.csv", tmp_path / "s.h5"
    fercurate.ingest(file, store=store, progress=progress)
    with pytest.warns(fercurate.FercurateWarning, match="already stored as fer2013") as caught:
        fercurate.ingest(file, store=store, name="again", progress=progress)
    assert [one.filename for one in caught] == [__file__]  # the caller's line, not ours
    assert capsys.readouterr() == ("", "")
