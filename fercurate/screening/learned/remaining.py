"""How many faults are left among what nobody has looked at, and how sure that is.

Rates come with Wilson's interval (Journal of the American Statistical Association 22, 1927). What
is left is the sum of the chances that the order is made by, corrected by random controls: they are
drawn without regard to the order, so that what it misses shows among them.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

_Z = 1.959964
"""Of a 95 % interval."""

_TRUST = 2.0
"""So many faults among the controls weigh as much as the chances themselves."""

_WRONG = 0.05
"""The share of answers that may be wrong."""

_STOP_RATE = 0.01
"""A reviewer may stop where fewer than one in a hundred of the next pictures is a fault."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """A number with its 95 % interval."""

    value: float
    low: float
    high: float


def wilson_interval(count: int, total: int) -> Estimate:
    """The share of ``count`` in ``total`` with Wilson's interval; 0 to 1 for nothing."""
    if not total:
        return Estimate(0.0, 0.0, 1.0)
    share, square = count / total, _Z**2
    middle = (share + square / (2 * total)) / (1 + square / total)
    width = _Z / (1 + square / total)
    width *= ((share * (1 - share) + square / (4 * total)) / total) ** 0.5
    return Estimate(share, max(0.0, middle - width), min(1.0, middle + width))


def faults_left(
    chances: NDArray[np.float64], control_chances: NDArray[np.float64], control_faults: int
) -> Estimate:
    """How many of the samples not looked at (N,) are faults, by their chances.

    ``control_chances`` (M,) are those that random controls had before they were looked at, and
    ``control_faults`` how many of them were faults. The sum of chances is multiplied by a factor
    with a gamma distribution: it is near 1 where no control tells otherwise. The lower end allows
    for one answer in twenty being wrong: such answers are faults that are none.
    """
    from scipy.stats import binom  # noqa: PLC0415  # takes long to import

    expected = float(control_chances.sum())
    shape, rate = control_faults + _TRUST, expected + _TRUST
    value, _, high = _counted(float(chances.sum()), shape, rate)
    mistaken = int(binom.ppf(0.9, len(control_chances), _WRONG))
    surer = float(np.clip((chances - _WRONG) / (1 - 2 * _WRONG), 0, None).sum())
    _, low, _ = _counted(surer, max(control_faults - mistaken, 0) + _TRUST, rate)
    return Estimate(value, low, min(high, float(len(chances))))


def _counted(total: float, shape: float, rate: float) -> tuple[float, float, float]:
    """The mean and the 95 % interval of a count of ``total`` times a gamma distributed factor."""
    from scipy.stats import nbinom  # noqa: PLC0415  # takes long to import

    if total <= 0:
        return 0.0, 0.0, 0.0
    low, high = nbinom.ppf([0.025, 0.975], shape, rate / (rate + total))
    return total * shape / rate, float(low), float(high)


def may_stop(left: Estimate, unseen: int) -> bool:
    """Whether what is left is so rare that looking on finds next to nothing."""
    return unseen == 0 or left.value / unseen < _STOP_RATE
