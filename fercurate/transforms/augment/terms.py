"""Known sets of online augmentation, in the terms of Keras's ``ImageDataGenerator``."""

from fercurate.training.shared.augmentation import KerasTerms

NAMED: dict[str, KerasTerms] = {
    "ewu_online": KerasTerms(
        rotation=40, shear=0.2, zoom=0.2, horizontal_flip=True, brightness=(0.2, 1.5)
    ),
    "fer_paper_online": KerasTerms(rotation=10, zoom=0.2, shift=0.2),
    "ten_percent_online": KerasTerms(rotation=10, zoom=0.1, shift=0.1, horizontal_flip=True),
}
"""What published systems draw during training; ``docs/augmentation.md`` names them."""
