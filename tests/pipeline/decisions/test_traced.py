"""A trace names what people decided on a sample, and whether its class follows from that."""

from pathlib import Path
from typing import Any

import pytest

from fercurate.domain.decisions.decision import Decision
from fercurate.errors import ExportError
from fercurate.pipeline.trace.report import TraceReport
from fercurate.pipeline.trace.request import TraceRequest
from fercurate.pipeline.trace.trace import trace
from tests.pipeline.decisions.people import built, on, own_file, recipe, stored

BY_MAJORITY = "people decided so, by the rule majority"


class Corner:
    """A store, some of its samples by native split, and what is asked about them."""

    def __init__(self, store: Path) -> None:
        self.store = store
        self.digests, self.labels = stored(store), stored(store, "expression")
        natives = stored(store, "native_split")
        twice = {one for one in self.digests.values()
                 if list(self.digests.values()).count(one) > 1}  # fmt: skip
        alone = [name for name in sorted(self.digests) if self.digests[name] not in twice]
        self.train = [name for name in alone if natives[name] == "Training"]
        self.test = [name for name in alone if natives[name] == "PrivateTest"]

    def other(self, sample: str) -> str:
        """A label that it does not have."""
        return "sad" if self.labels[sample] != "sad" else "fear"

    def say(self, sample: str, answer: str, author: str = "anna", **others: Any) -> Decision:
        return on(self.digests, sample, answer, author=author, **others)

    def asked(self, sample: str, *said: Decision, **decisions: Any) -> TraceReport:
        """What is told of a sample of an export with these decisions."""
        own_file(self.store, said)
        output = self.store.with_name("o")
        built(self.store, output, recipe(decisions), overwrite=output.exists())
        return trace(TraceRequest(sample, self.store, output))


@pytest.fixture
def corner(store: Path) -> Corner:
    return Corner(store)


def test_a_label_is_told_with_its_author_and_the_rule(corner: Corner) -> None:
    name = corner.train[0]
    label = corner.other(name)
    said = [corner.say(name, label, who, given=corner.labels[name]) for who in ("anna", "Bén")]
    report = corner.asked(name, *said, corner.say(corner.train[1], "happy"))
    assert [(one["by"], one["answer"], one["given"]) for one in report.decided] == [
        ("Bén", label, corner.labels[name]),
        ("anna", label, corner.labels[name]),
    ]
    assert report.decision["class"] == label
    assert report.decision["class_by"] == BY_MAJORITY
    assert report.to_json()["decided"] == list(report.decided)
    unanimous = corner.asked(name, *said, labels="unanimous")
    assert unanimous.decision["class_by"] == "people decided so, by the rule unanimous"


def test_who_was_found_faulty_is_told_with_the_stage(corner: Corner) -> None:
    name = corner.train[0]
    report = corner.asked(name, corner.say(name, "yes", question="occluded"))
    assert (report.stage, report.reason) == ("decisions", "decision: occluded")
    assert report.decision["why"] == "people decided so: occluded"
    assert (report.decision["split"], report.rows) == ("", ())
    (one,) = report.decided
    assert (one["question"], one["answer"], one["by"]) == ("occluded", "yes", "anna")


def test_what_is_undone_is_not_told(corner: Corner) -> None:
    name = corner.train[0]
    said = [corner.say(name, corner.other(name), moment=1), corner.say(name, "", moment=2)]
    report = corner.asked(name, *said)
    assert report.decided == ()
    assert report.decision["class_by"] == "its expression"


def test_a_recipe_that_takes_no_labels_takes_none(corner: Corner) -> None:
    name = corner.train[0]
    report = corner.asked(name, corner.say(name, corner.labels[name]), labels="none")
    assert len(report.decided) == 1
    assert report.decision["class_by"] == "its expression"


def test_a_plan_tells_the_same_as_its_export(corner: Corner) -> None:
    names = corner.train[:3]
    said = [corner.say(names[0], corner.other(names[0]))]
    said += [corner.say(names[1], "yes", question="blurred")]
    exported = [corner.asked(name, *said) for name in names]
    planned = [trace(TraceRequest(name, corner.store, recipe=recipe({}))) for name in names]
    assert [one.decision for one in planned] == [one.decision for one in exported]
    assert [one.decided for one in planned] == [one.decided for one in exported]


def test_an_export_tells_what_it_was_built_with(corner: Corner) -> None:
    name = corner.train[0]
    corner.asked(name, corner.say(name, corner.other(name)))
    own_file(corner.store, [corner.say(name, "happy", "dora")])
    export = corner.store.with_name("o")
    assert [one["by"] for one in trace(TraceRequest(name, corner.store, export)).decided] == [
        "anna"
    ]
    assert [one["by"] for one in trace(TraceRequest(name, None, export)).decided] == ["anna"]
    assert [one["by"] for one in trace(TraceRequest(name, corner.store)).decided] == ["dora"]


def test_the_screen_names_them(run: Any, corner: Corner) -> None:
    name = corner.train[0]
    label = corner.other(name)
    corner.asked(name, corner.say(name, label, given=corner.labels[name], mode="blind"))
    done = run("trace", name, "--store", corner.store, "--export", corner.store.with_name("o"))
    assert done.code == 0, done.err
    was = corner.labels[name]
    assert f"decided label: {label} (was {was}), by anna on 2026-01-02, blind\n" in done.out
    assert f"class   {label}: {BY_MAJORITY}\n" in done.out


def test_where_decisions_do_not_count_people_gave_no_class(corner: Corner) -> None:
    name = corner.test[0]
    report = corner.asked(name, corner.say(name, corner.labels[name]))
    assert (report.decision["split"], len(report.decided)) == ("test", 1)
    assert report.decision["class_by"] == "its expression"


def test_what_nobody_agreed_on_is_its_own_label(corner: Corner) -> None:
    name = corner.train[0]
    own, other = corner.labels[name], corner.other(name)
    report = corner.asked(name, corner.say(name, own), corner.say(name, other, "ben"))
    assert report.decision["class"] == own
    assert report.decision["class_by"] == "its expression"


def test_decisions_about_other_pixels_give_no_class(corner: Corner) -> None:
    name = corner.train[0]
    wrong = corner.say(name, corner.labels[name])._replace(digest="0" * 64)
    assert corner.asked(name, wrong).decision["class_by"] == "its expression"


def test_decisions_about_a_stored_copy_give_no_class(corner: Corner) -> None:
    words = list(corner.digests.values())
    natives = stored(corner.store, "native_split")
    first, second = next(
        (one, other)
        for one in corner.digests
        for other in corner.digests
        if one < other and words.count(corner.digests[one]) == 2
        and corner.digests[one] == corner.digests[other]
        and natives[other] == "Training"
    )  # fmt: skip
    report = corner.asked(second, corner.say(first, corner.labels[second]))
    assert report.decision["split"] == "train"
    assert report.decision["class_by"] == "its expression"


def test_changed_decisions_are_not_believed(corner: Corner) -> None:
    name = corner.train[0]
    corner.asked(name, corner.say(name, corner.other(name)))
    export = corner.store.with_name("o")
    file = export / "decisions.jsonl"
    file.write_text(file.read_text().replace('"by": "anna"', '"by": "dora"'))
    with pytest.raises(ExportError, match="changed since it was built"):
        trace(TraceRequest(name, corner.store, export))
