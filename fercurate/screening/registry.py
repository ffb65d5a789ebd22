"""All criteria, in the order in which they give a reason, and all measures."""

from pathlib import Path

from fercurate.screening.base import Criterion, Measure
from fercurate.screening.duplicates.criterion import DUPLICATE_CRITERIA
from fercurate.screening.ease.degree import EASE_CRITERIA
from fercurate.screening.exposure import EXPOSURE_CRITERIA, Exposure
from fercurate.screening.face import FACE_CRITERIA, detector
from fercurate.screening.judge import Policy
from fercurate.screening.learned.criteria import REVIEWED_CRITERIA
from fercurate.screening.presets import CURES, preset
from fercurate.screening.screener import SCREENER_CRITERIA, Screener
from fercurate.screening.sharpness import SHARPNESS_CRITERIA, Sharpness
from fercurate.screening.votes import VOTE_CRITERIA

CRITERIA: tuple[Criterion, ...] = (
    *SCREENER_CRITERIA,
    *FACE_CRITERIA,
    *EXPOSURE_CRITERIA,
    *SHARPNESS_CRITERIA,
    *VOTE_CRITERIA,
    *DUPLICATE_CRITERIA,
    *EASE_CRITERIA,
    *REVIEWED_CRITERIA,
)

CRITERIA_BY_NAME: dict[str, Criterion] = {criterion.name: criterion for criterion in CRITERIA}


def preset_policy(name: str) -> Policy:
    """The policy of a preset as ``filter`` judges by it: in the order of the criteria, with cures.

    Raises:
        KeyError: there is none of this name.
    """
    drop = preset(name).drop
    return Policy({one.name: drop[one.name] for one in CRITERIA if one.name in drop}, dict(CURES))


def measures(face_model: Path | None) -> tuple[Measure, ...]:
    """Every measure of single pictures; ``face_model`` is YuNet's file, None means Haar cascades.

    Raises:
        InputError: the file is no such model.
    """
    return (Exposure(), Sharpness(), detector(face_model), Screener())
