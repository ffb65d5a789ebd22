"""Augmentation: random changes of pictures by name, each repeatable from a seed of its own.

``docs/augmentation.md`` shows what a recipe may say and which transforms are refused.

    step           one transform of albumentations by name, with its parameters
    augmentation   steps applied to pictures, one seed a picture
    stream         random numbers that start anew for every picture
    drawn_values   what a transform drew for a picture, as JSON
    library        albumentations' transforms made from plain values
    affine         its ``Affine`` for pictures alone
    check          whether a step can be done: asked of a child process
    trial          that child: it tries the step on a few pictures
    refused        transforms that need more than the picture
    terms          the terms of Keras's ``ImageDataGenerator``, and known sets of them
    keras          these terms as steps
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
