"""What samplers of the SMOTE family are told, in the words of recipes and imbalanced-learn."""

from dataclasses import dataclass
from typing import Literal

BorderlineVariant = Literal["borderline-1", "borderline-2"]
"""The two forms of Borderline-SMOTE."""

Method = Literal["smote", BorderlineVariant, "adasyn"]
Cleaning = Literal["none", "enn", "tomek"]


@dataclass(frozen=True, slots=True)
class SmoteSettings:
    """How synthetic samples are made.

    ``k_neighbors`` and ``m_neighbors`` are imbalanced-learn's. Distances are those of pixels, or
    with ``pca`` of so many principal components.
    """

    method: Method = "smote"
    k_neighbors: int = 5
    m_neighbors: int = 10
    cleaning: Cleaning = "none"
    pca: int = 0
    seed: int = 0
