"""Builds by decisions: what the papers count is what the file says, and no order matters."""

import json
from collections import Counter
from itertools import permutations
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from fercurate.domain.decisions.history import DecisionHistory
from fercurate.domain.decisions.lines import parse_lines
from fercurate.errors import InputError, UsageError
from fercurate.pipeline.building.build import BuildRequest, build
from fercurate.store.decision_file import store_decisions
from tests.pipeline.decisions.people import (
    AUTHORS,
    answered,
    built,
    contents,
    labels_in,
    last_answers,
    on,
    own_file,
    recipe,
    stored,
    summary,
    three_people,
    written,
)


@pytest.fixture(scope="module")
def exported(shared_store: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A file of three people's decisions, and the export of a recipe that asks for them."""
    folder = tmp_path_factory.mktemp("decided")
    said = [one for lines in three_people(shared_store).values() for one in lines]
    file = written(folder / "all.jsonl", said)
    return file, built(shared_store, folder / "o", recipe({}), [file])


def winner(counts: Counter[str]) -> str:
    """The answer with more votes than any other; "" without one."""
    (name, most), *others = counts.most_common()
    return "" if others and others[0][1] == most else name


def faulty(counts: dict[str, Counter[str]], answer: str) -> tuple[set[str], set[str]]:
    """Of whom more than half say so, and of whom more than half say the contrary."""
    shares = {name: one[answer] / one.total() for name, one in counts.items()}
    return (
        {name for name, share in shares.items() if share > 0.5},
        {name for name, share in shares.items() if share < 0.5},
    )


def wanted(file: Path, train: dict[str, str]) -> tuple[dict[str, str], dict[str, str]]:
    """Told from the file alone: who leaves train for which reason, and the labels that remain."""
    last = last_answers(file)
    labels = {name: winner(one) for name, one in answered(last, "label").items()}
    saw_none = [name for name, label in labels.items() if label == "not_face"]
    occluded, _ = faulty(answered(last, "occluded"), "yes")
    unwanted, kept = faulty(answered(last, "keep"), "no")
    reasons = dict.fromkeys(occluded, "occluded") | dict.fromkeys(saw_none, "not_face")
    reasons |= dict.fromkeys(unwanted, "keep")
    gone = {name: why for name, why in reasons.items() if name in train and name not in kept}
    left = {
        name: labels[name] if labels.get(name, "") not in {"", "not_face"} else own
        for name, own in train.items()
        if name not in gone
    }
    return gone, left


def of_split(store: Path, split: str) -> dict[str, str]:
    """Own labels of the samples of a native split."""
    natives, labels = stored(store, "native_split"), stored(store, "expression")
    return {name: labels[name] for name, native in natives.items() if native == split}


def test_rows_and_counts_are_those_of_the_file(
    exported: tuple[Path, Path], shared_store: Path
) -> None:
    file, export = exported
    train = of_split(shared_store, "Training")
    gone, left = wanted(file, train)
    assert labels_in(export, "train") == left
    for split, native in (("val", "PublicTest"), ("test", "PrivateTest")):
        assert labels_in(export, split) == of_split(shared_store, native)
    facts = summary(export)["decisions"]
    assert facts["dropped"] == dict(Counter(gone.values()))
    counts = answered(last_answers(file), "label")
    decided = {name for name, one in counts.items() if winner(one) not in {"", "not_face"}}
    assert facts["labeled"] == {"train": len(decided & set(left))}
    everybody = {name for name, question, _ in last_answers(file) if question == "label"}
    assert facts["undecided_labels"] == len(everybody) - sum(
        winner(one) != "" for one in counts.values()
    )
    assert min(len(decided), *Counter(gone.values()).values(), facts["undecided_labels"]) > 3


def test_the_summary_says_who_decided_how_much(exported: tuple[Path, Path]) -> None:
    file, export = exported
    facts, last = summary(export)["decisions"], last_answers(file)
    assert facts["lines"] == len(file.read_text().splitlines())
    assert facts["counted"] == len(last) < facts["lines"]
    assert facts["authors"] == dict(sorted(Counter(who for _, _, who in last).items()))
    assert list(facts["authors"]) == sorted(AUTHORS)
    assert list(facts["answers"]) == ["label", "keep", "occluded"]
    for question, answers in facts["answers"].items():
        said = Counter(one for (_, asked, _), one in last.items() if asked == question)
        assert answers == dict(sorted(said.items()))
    assert (facts["other_pixels"], facts["not_stored"]) == ([], 0)
    assert (facts["labels_by"], facts["drops_by"]) == ("majority", "majority")


def test_the_funnel_has_a_stage_for_them(exported: tuple[Path, Path], shared_store: Path) -> None:
    file, export = exported
    gone, left = wanted(file, of_split(shared_store, "Training"))
    told = {one["stage"]: one for one in summary(export)["funnel"]["stages"]}
    assert list(told).index("decisions") == list(told).index("screening") - 1
    reasons = Counter(f"decision: {why}" for why in gone.values())
    assert told["decisions"]["reasons"] == dict(sorted(reasons.items()))
    assert told["decisions"]["samples"] == told["faces"]["samples"] - len(gone)
    assert told["balance"]["samples"] == len(left) + 60
    assert told["decisions"]["left"] == "not faulty to people"


def test_the_datasheet_prints_the_same_numbers(exported: tuple[Path, Path]) -> None:
    _, export = exported
    facts, sheet = summary(export)["decisions"], (export / "datasheet.md").read_text()
    section = sheet.partition("## Decisions by people\n")[2].partition("\n## ")[0]
    assert f"{facts['counted']:,} that count, SHA-256 `{facts['sha256']}`" in section
    for name, count in facts["authors"].items():
        assert f"| {name} | {count:,} |" in section
    for question, answers in facts["answers"].items():
        for answer, count in answers.items():
            assert f"| {question} | {answer} | {count:,} |" in section
    assert f"| labeled | train | {facts['labeled']['train']:,} |" in section
    assert all(f"| left out | {n} | {c:,} |" in section for n, c in facts["dropped"].items())
    assert "`decisions.jsonl`" in sheet.partition("## Files\n")[2]


def test_an_export_carries_the_decisions_of_the_lock(exported: tuple[Path, Path]) -> None:
    file, export = exported
    text = (export / "decisions.jsonl").read_text(encoding="utf-8")
    carried = DecisionHistory(tuple(parse_lines(text)))
    given = DecisionHistory(tuple(parse_lines(file.read_text(encoding="utf-8"))))
    assert set(carried) == set(given)
    assert carried == DecisionHistory.union([given])
    lock = json.loads((export / "recipe.lock").read_text())
    assert lock["decisions"] == given.digest == summary(export)["decisions"]["sha256"]
    assert "decisions.jsonl" in lock["outputs"]


def test_any_order_of_files_and_lines_gives_the_same_bytes(
    exported: tuple[Path, Path], shared_store: Path, tmp_path: Path
) -> None:
    _, export = exported
    known, people = contents(export), three_people(shared_store)
    files = {name: written(tmp_path / f"{name}.jsonl", said) for name, said in people.items()}
    rng = np.random.default_rng(1)
    for number, order in enumerate(permutations(AUTHORS)):
        for name in AUTHORS:
            shuffled = [people[name][place] for place in rng.permutation(len(people[name]))]
            written(files[name], shuffled if number % 2 else [*people[name], *shuffled[:9]])
        made = contents(
            built(shared_store, tmp_path / "o", recipe({}), [files[name] for name in order],
                  overwrite=number > 0)
        )  # fmt: skip
        assert [name for name in known if made[name] != known[name]] == []
        assert set(made) == set(known)


def test_a_recipe_takes_the_store_s_own_file_without_any_named(
    exported: tuple[Path, Path], store: Path, tmp_path: Path
) -> None:
    file, export = exported
    store_decisions(store).write_bytes(file.read_bytes())
    assert contents(built(store, tmp_path / "o", recipe({}))) == contents(export)


@pytest.mark.parametrize("beside", ["decisions", "garbage"])
def test_a_recipe_without_decisions_gives_the_same_whatever_lies_beside_the_store(
    beside: str, exported: tuple[Path, Path], shared_store: Path, store: Path, tmp_path: Path
) -> None:
    before = contents(built(shared_store, tmp_path / "before", recipe(None)))
    content = exported[0].read_bytes() if beside == "decisions" else b"no decisions\n\xff\0"
    store_decisions(store).write_bytes(content)
    after = contents(built(store, tmp_path / "after", recipe(None)))
    assert after == before
    assert "decisions.jsonl" not in after
    assert "decisions" not in summary(tmp_path / "after")
    stages = [one["stage"] for one in summary(tmp_path / "after")["funnel"]["stages"]]
    assert "decisions" not in stages


def test_files_for_a_recipe_that_asks_for_none_are_a_mistake(
    exported: tuple[Path, Path], shared_store: Path, tmp_path: Path
) -> None:
    with pytest.raises(UsageError, match="the recipe own asks for no decisions") as caught:
        built(shared_store, tmp_path / "o", recipe(None), [exported[0]])
    assert caught.value.fix == "Add to it: decisions: {}"
    assert not (tmp_path / "o").exists()


def test_decisions_about_other_pixels_are_listed_and_not_applied(
    shared_store: Path, tmp_path: Path
) -> None:
    digests, labels = stored(shared_store), of_split(shared_store, "Training")
    first, second, third = sorted(labels)[:3]
    wrong = dict.fromkeys((first, second), digests[third])
    other = {one: "sad" if own != "sad" else "fear" for one, own in labels.items()}
    said = [on(wrong, second, "yes", question="occluded"), on(wrong, first, other[first])]
    said += [on(digests, third, other[third])]
    events: list[Any] = []
    request = BuildRequest(recipe({}), shared_store, tmp_path / "o", framework="none",
                           decisions=(written(tmp_path / "d.jsonl", said),))  # fmt: skip
    build(request, events.append)
    assert labels_in(tmp_path / "o", "train") == labels | {third: other[third]}
    facts = summary(tmp_path / "o")
    assert facts["decisions"]["other_pixels"] == [first, second]
    text = f"decisions on 2 samples are about other pixels than those stored and were not applied: {first}, {second}"  # noqa: E501
    assert text in facts["warnings"]
    assert f"> **Warning.** {text}." in (tmp_path / "o" / "datasheet.md").read_text()
    assert [one.text for one in events if getattr(one, "warning", False)].count(text) == 1


def test_a_broken_line_is_named_and_nothing_is_built(
    exported: tuple[Path, Path], store: Path, tmp_path: Path
) -> None:
    lines = exported[0].read_bytes().splitlines(keepends=True)
    own = store_decisions(store)
    own.write_bytes(b"".join([*lines[:4], b'{"id": "x"}\n', *lines[4:]]))
    with pytest.raises(InputError, match=r"s\.jsonl:5: no object with the keys"):
        built(store, tmp_path / "o", recipe({}))
    assert not (tmp_path / "o").exists()


def test_a_plan_counts_the_same_and_writes_nothing(
    exported: tuple[Path, Path], store: Path, tmp_path: Path
) -> None:
    file, export = exported
    before = file.read_bytes()
    request = BuildRequest(recipe({}), store, tmp_path / "o", decisions=(file,), dry_run=True)
    report = build(request)
    assert report.summary["decisions"] == summary(export)["decisions"]
    assert not (tmp_path / "o").exists()
    assert file.read_bytes() == before
    assert not own_file(store, []).read_bytes()
