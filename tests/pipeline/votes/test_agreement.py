"""``votes agreement``: the figures of a store are those of scikit-learn and of plain counting."""

import json
from pathlib import Path

import numpy as np
import pytest
from sklearn.metrics import cohen_kappa_score

from fercurate.domain.annotations.vote_set import ANSWERS
from fercurate.domain.decisions.agreement import fleiss_kappa, krippendorff_alpha
from fercurate.domain.expression import EXPRESSIONS
from fercurate.domain.votes import VOTE_EXPRESSIONS
from fercurate.errors import InputError
from fercurate.pipeline.votes.add import AddVotesRequest, add_votes
from fercurate.pipeline.votes.agreement import VoteSetAgreement, vote_agreement
from fercurate.store.store import Store


def drawn(count: int, readers: int, silent: float = 0.0) -> np.ndarray:
    """Answers that agree more often than chance would, the last two of ``ANSWERS`` among them."""
    rng = np.random.default_rng(5)
    truth, guesses = rng.integers(0, 10, (count, 1)), rng.integers(0, 10, (count, readers))
    codes = np.where(rng.random((count, readers)) < 0.6, truth, guesses)
    return np.where(rng.random((count, readers)) < silent, -1, codes)


def agreement_of(store: Path, codes: np.ndarray) -> VoteSetAgreement:
    words = [[ANSWERS[code] if code >= 0 else "" for code in row] for row in codes]
    header = ",".join(f"r{number}" for number in range(codes.shape[1]))
    file = store.with_name("lab.csv")
    file.write_text("\n".join([header, *(",".join(row) for row in words)]) + "\n")
    add_votes(AddVotesRequest(store, file, "lab"))
    (found,) = vote_agreement(store, "lab").sets
    return found


def test_two_readers_are_compared_as_scikit_learn_does(store: Path) -> None:
    codes = drawn(200, 2)
    found = agreement_of(store, codes)
    expressions, answers = found.answers
    assert answers.cohen == pytest.approx(cohen_kappa_score(codes[:, 0], codes[:, 1]))
    both = (codes < 8).all(axis=1)
    assert expressions.cohen == pytest.approx(cohen_kappa_score(codes[both, 0], codes[both, 1]))
    assert (expressions.samples, answers.samples) == (both.sum(), 200)
    for one in found.classes:
        told = cohen_kappa_score(*(codes == ANSWERS.index(one.name)).T)
        assert one.cohen == pytest.approx(told)


def test_readers_who_miss_samples_are_compared(store: Path) -> None:
    codes = drawn(200, 4, silent=0.3)
    found = agreement_of(store, codes)
    answers = found.answers[-1]
    assert (answers.over, answers.fewest, answers.most) == ("all answers", 2, 4)
    assert answers.alpha == pytest.approx(krippendorff_alpha(codes))
    assert np.isnan(answers.cohen)
    assert found.facts.votes == (codes >= 0).sum()


def test_where_all_have_as_many_votes_it_is_the_kappa_of_fleiss(store: Path) -> None:
    codes = drawn(200, 3)
    answers = agreement_of(store, codes).answers[-1]
    assert answers.fleiss == pytest.approx(fleiss_kappa(codes))
    assert (answers.fewest, answers.most) == (3, 3)


def test_majorities_are_compared_with_the_labels(store: Path) -> None:
    (found,) = vote_agreement(store).sets
    assert found.facts.name == "ferplus"
    with Store.open(store) as opened:
        votes, labels = opened.votes, opened.manifest.text("expression")
    equal = dict.fromkeys(EXPRESSIONS, 0)
    compared = dict.fromkeys(EXPRESSIONS, 0)
    for row, label in zip(votes, labels, strict=True):
        if (row == row.max()).sum() == 1 and row.argmax() < 8:
            compared[label] += 1
            equal[label] += VOTE_EXPRESSIONS[row.argmax()] == label
    told = {one.name: (one.compared, one.equal) for one in found.classes if one.compared}
    assert told == {name: (compared[name], equal[name]) for name in EXPRESSIONS if compared[name]}
    assert (found.compared, found.equal) == (sum(compared.values()), sum(equal.values()))
    assert found.equal > 0.5 * found.compared


def test_json_has_no_numbers_that_are_none(store: Path) -> None:
    text = json.dumps(vote_agreement(store).to_json(), allow_nan=False)
    (found,) = json.loads(text)["sets"]
    assert [one["over"] for one in found["agreement"]] == ["expressions", "all answers"]
    assert found["agreement"][0]["cohen_kappa"] is None
    assert found["with_labels"]["compared"] > 0


def test_every_set_is_told_unless_one_is_named(store: Path) -> None:
    agreement_of(store, drawn(200, 2))
    both = vote_agreement(store)
    assert [one.facts.name for one in both.sets] == ["ferplus", "lab"]
    assert set(both.to_frame()["set"]) == {"ferplus", "lab"}
    assert "agreement of 2 sets" in str(both)


def test_a_store_without_votes_says_how_to_get_some(tmp_path: Path) -> None:
    from fercurate.pipeline.ingest.ingest import ingest
    from fercurate.pipeline.ingest.request import IngestRequest
    from fercurate.synthetic.fer2013 import write_fer2013

    write_fer2013(tmp_path / "raw", sizes=(8, 4, 4))
    ingest(IngestRequest((tmp_path / "raw" / "fer2013.csv",), tmp_path / "s.h5"))
    with pytest.raises(InputError, match=r"it holds no votes.*fercurate votes add"):
        vote_agreement(tmp_path / "s.h5")
    with pytest.raises(InputError, match=r"no votes by the name 'ferplus'.*fercurate ingest"):
        vote_agreement(tmp_path / "s.h5", "ferplus")
