"""Metrics of predicted classes, against scikit-learn's."""

import numpy as np
import pytest
from sklearn.metrics import classification_report, confusion_matrix

from fercurate.training.shared.evaluation.metrics import classification_metrics


def test_metrics_are_those_of_scikit_learn() -> None:
    rng = np.random.default_rng(0)
    labels, predicted = rng.integers(0, 3, 200), rng.integers(0, 4, 200)
    names = ["a", "b", "c", "d"]
    found = classification_metrics(labels, predicted, names)
    report = classification_report(
        labels, predicted, labels=range(4), target_names=names, output_dict=True, zero_division=0
    )
    expected = confusion_matrix(labels, predicted, labels=range(4))
    np.testing.assert_array_equal(found["confusion"], expected)
    for name in names:
        for key, theirs in (("precision", "precision"), ("recall", "recall"), ("f1", "f1-score")):
            assert found["classes"][name][key] == pytest.approx(report[name][theirs], abs=1e-6)
    assert found["accuracy"] == pytest.approx((labels == predicted).mean())
    recalls = [(predicted[labels == one] == one).mean() for one in np.unique(labels)]
    assert found["mean_class_accuracy"] == pytest.approx(np.mean(recalls), abs=1e-6)
