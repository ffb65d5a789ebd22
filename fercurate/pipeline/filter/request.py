"""What a filter is asked for."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from fercurate.domain.text import did_you_mean
from fercurate.errors import UsageError
from fercurate.pipeline.engine.choice import ClusterChoice
from fercurate.screening.base import Criterion
from fercurate.screening.judge import Policy
from fercurate.screening.presets import CURES, DEFAULT_PRESET, preset
from fercurate.screening.registry import CRITERIA, CRITERIA_BY_NAME


@dataclass(frozen=True, slots=True)
class FilterRequest:
    """Which store to judge, by which preset and own thresholds, and what to make of it.

    ``thresholds`` override those of the preset by criterion; None takes a criterion out.
    ``ease`` also trains the classifiers that the criteria ``hard`` and ``label_noise`` rest on;
    ``only`` names the criteria to score, and nothing is measured but what these need.
    ``scores`` is a CSV file to write, ``report`` the folder of a page, on which ``command`` stands
    as what made it; ``explain`` is the id of a sample to explain. ``where`` is a condition on the
    samples that are told of. ``cluster`` measures the pictures, if there is one.
    """

    store: Path
    preset: str = DEFAULT_PRESET
    thresholds: Mapping[str, float | None] = field(default_factory=dict)
    face_model: Path | None = None
    ease: bool = True
    jobs: int = 0
    scores: Path | None = None
    report: Path | None = None
    explain: str | None = None
    command: str = ""
    where: str = ""
    cluster: ClusterChoice | None = None
    only: tuple[str, ...] = ()

    def criteria(self) -> tuple[str, ...]:
        """The criteria to score, in the order in which they give a reason."""
        return tuple(c.name for c in CRITERIA if self._scores(c))

    def _scores(self, criterion: Criterion) -> bool:
        """Whether a criterion is scored: what people's answers teach only where it is named."""
        if self.only:
            return criterion.name in self.only
        if criterion.from_answers:
            return criterion.name in self.thresholds
        return self.ease or criterion.kind != "ease"

    def policy(self) -> Policy:
        """The thresholds in force.

        Raises:
            UsageError: an own threshold names no criterion, or one that is not scored.
        """
        self._check_names(self.only)
        self._check_names(self.thresholds)
        drop: dict[str, float | None] = {**preset(self.preset).drop}
        for name, threshold in self.thresholds.items():
            if name not in self.criteria():
                raise UsageError(
                    f"{name} is not scored with {self._left_out}",
                    fix="Leave out its threshold, or score it",
                )
            drop[name] = threshold
        chosen = {n: t for n in self.criteria() if (t := drop.get(n)) is not None}
        scored = set(self.criteria()) - set(self.thresholds)
        cured = {n: t for n, t in CURES.items() if n in scored}
        return Policy(chosen, cured)

    @property
    def _left_out(self) -> str:
        """What was asked for that leaves criteria out."""
        return f"--criteria {','.join(self.only)}" if self.only else "--no-ease"

    @staticmethod
    def _check_names(names: Iterable[str]) -> None:
        for name in names:
            if name not in CRITERIA_BY_NAME:
                raise UsageError(
                    f"no criterion is named {name!r}{did_you_mean(name, CRITERIA_BY_NAME)}",
                    expected=", ".join(CRITERIA_BY_NAME),
                )
