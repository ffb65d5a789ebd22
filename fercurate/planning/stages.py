"""The stages of a build, in order, and at which of them a reason leaves a sample out."""

from fercurate.planning.decisions import DECIDED
from fercurate.planning.labeling.labels import (
    CONTRADICTORY,
    NO_LABEL,
    NO_VOTES,
    NOT_CHOSEN,
    OTHER_SOURCE,
    OUTSIDE_SCHEME,
    UNDECIDED,
)
from fercurate.planning.picture_changes import face_reason
from fercurate.planning.resampling import LEFT_OUT
from fercurate.planning.screening import (
    CONTRADICTING_DUPLICATE,
    DUPLICATE,
    NOT_BEST,
    SCREENED,
)
from fercurate.planning.splitting import LEAKED, OVER_CAP
from fercurate.recipe.model import Recipe

STORED = "stored"
DECISIONS = "decisions"
STAGES: dict[str, str] = {
    "sources": "in the recipe's sources",
    "labels": "in the scheme",
    "faces": "with a known face",
    DECISIONS: "not faulty to people",
    "screening": "screened",
    "duplicates": "deduplicated",
    "selection": "selected",
    "splits": "in a split",
    "leaks": "leak-repaired",
    "caps": "capped",
    "balance": "balanced",
}
"""What is true of the samples that a stage leaves, by its name, in the order of a build."""

_OF_REASON: dict[str, str] = {
    OTHER_SOURCE: "sources",
    NOT_CHOSEN: "sources",
    NO_LABEL: "labels",
    NO_VOTES: "labels",
    UNDECIDED: "labels",
    OUTSIDE_SCHEME: "labels",
    CONTRADICTORY: "duplicates",
    DUPLICATE: "duplicates",
    CONTRADICTING_DUPLICATE: "duplicates",
    NOT_BEST: "selection",
    LEAKED: "leaks",
    OVER_CAP: "caps",
    LEFT_OUT: "balance",
}


def stages(recipe: Recipe) -> dict[str, str]:
    """The stages of a recipe: all of them, but for people's decisions if it asks for none."""
    return {
        stage: left
        for stage, left in STAGES.items()
        if stage != DECISIONS or recipe.decisions is not None
    }


def stages_of(reasons: set[str], recipe: Recipe) -> dict[str, str]:
    """The stage at which each reason leaves samples out; "" for the one that keeps them."""
    step = recipe.chain.face_step
    known = dict(_OF_REASON) | {"": "", recipe.splits.unassigned: "splits"}
    if step is not None:
        known[face_reason(step)] = "faces"
    kinds = {SCREENED: "screening", DECIDED: DECISIONS}
    return {
        reason: kinds.get(reason.partition(": ")[0]) or known.get(reason, "splits")
        for reason in reasons
    }
