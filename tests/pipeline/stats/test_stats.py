"""The class balance of a store, counted in one look."""

from collections import Counter
from pathlib import Path

from fercurate.pipeline.stats.stats import measure_balance
from fercurate.store.store import Store


def test_a_store_is_opened_once(run, shared_store: Path, opened: Counter[str]) -> None:
    assert run("stats", shared_store).code == 0
    assert opened["open"] == opened["head"] == 1


def test_sources_add_up(merged_store: Path) -> None:
    balance = measure_balance(merged_store)
    with Store.open(merged_store) as store:
        sources, labels = store.manifest.text("source"), store.manifest.text("expression")
    assert balance.sources == dict(sorted(Counter(sources).items()))
    assert len(balance.sources) == 3
    assert list(balance.by_source) == list(balance.sources)
    for source, splits in balance.by_source.items():
        labeled = sum(sum(counts.values()) for counts in splits.values())
        assert labeled == ((sources == source) & (labels != "")).sum()
    assert balance.unlabeled == (labels == "").sum()
