"""Judging a classifier on rows of an export."""

from training.classifier import Classifier
from training.export import Subset, twins
from training.reporting import Figures, figures_by_rows


def judged(classifier: Classifier, rows: Subset, train: Subset | None) -> Figures:
    """Return the figures of all rows, of original ones, and of those without a twin in train.

    ``train`` is what the classifier learned from; if it is not known, twins are not told apart.
    """
    masks = {"original rows": rows.original}
    if train is not None:
        masks["rows without a twin in train"] = ~twins(train, rows)
    predicted = classifier.predict(rows)
    return figures_by_rows(rows.labels, predicted, masks, classifier.classes)
