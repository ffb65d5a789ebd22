"""Augmentation: random changes of pictures by name, each repeatable from a seed of its own.

``docs/augmentation.md`` shows what a recipe may say and which transforms are refused.
"""

from fercurate.training.shared.augmentation import KerasTerms
from fercurate.transforms.augment.augmentation import Augmentation
from fercurate.transforms.augment.check import check_step
from fercurate.transforms.augment.keras import keras_steps
from fercurate.transforms.augment.refused import REFUSED
from fercurate.transforms.augment.step import Parameters, Step
from fercurate.transforms.augment.terms import NAMED

__all__ = [
    "NAMED",
    "REFUSED",
    "Augmentation",
    "KerasTerms",
    "Parameters",
    "Step",
    "check_step",
    "keras_steps",
]
