"""The balance steps by name."""

from fercurate.balance.base import BalanceStep
from fercurate.balance.offline import OfflineCopies
from fercurate.balance.over import RandomOver
from fercurate.balance.smote import Adasyn, BorderlineSmote, Smote, SmoteEnn, SmoteTomek
from fercurate.balance.under import RandomUnder

BALANCE_STEPS: tuple[type[BalanceStep], ...] = (
    RandomUnder,
    RandomOver,
    Smote,
    BorderlineSmote,
    Adasyn,
    SmoteEnn,
    SmoteTomek,
    OfflineCopies,
)
"""What ``balance`` in a recipe may hold; the recipe, its schema and the contract tests ask here."""
