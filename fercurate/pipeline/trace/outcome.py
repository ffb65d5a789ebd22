"""What a build decided on a sample: class, split, and why; or at which stage it fell out."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from fercurate.domain.decisions.answers import AnswerTable
from fercurate.domain.decisions.consensus import LabelRule, agreed_codes
from fercurate.domain.decisions.decision import LABEL, Decision
from fercurate.domain.plan import EVALUATION_SPLITS
from fercurate.domain.sample_table import TRUE_CLASS, SampleTable
from fercurate.domain.text import plural
from fercurate.domain.verdict import KEEP
from fercurate.export.samples_file import SampleFinder
from fercurate.planning.decisions import DECIDED
from fercurate.planning.screening import SCREENED
from fercurate.planning.stages import DECISIONS
from fercurate.recipe.model import Recipe

_SHOWN = 8


@dataclass(frozen=True)
class BuildOutcome:
    """What a recipe's build decided on one of the samples in its table."""

    samples: SampleTable | SampleFinder
    recipe: Recipe
    sample_id: str
    decided: tuple[Decision, ...] = ()
    """What people decided on it."""

    @property
    def facts(self) -> dict[str, str] | None:
        """The sample's line of the table; None if it is of another source, or came later."""
        return self.samples.row(self.sample_id)

    def to_json(self) -> dict[str, Any]:
        """Class, split and fold, with the reasons; or the stage at which it fell out."""
        facts = self.facts
        if facts is None:
            return {
                "recipe": self.recipe.name,
                "split": "",
                "stage": "sources",
                "reason": "no sample of the recipe's sources when it was built",
                "why": f"the recipe takes {', '.join(self.recipe.source_names)}",
            }
        others = self._group(facts)
        group = others[:_SHOWN]
        return {
            "recipe": self.recipe.name,
            "class": facts["class"],
            "class_by": _changed_by_noise(facts) or self._class_rule(facts),
            "split": facts["split"],
            **({"fold": int(facts["fold"])} if facts["fold"] else {}),
            **({"moved_from": facts["moved_from"]} if facts["moved_from"] else {}),
            "stage": facts["stage"],
            "reason": facts["reason"],
            "why": self._why(facts, others),
            "group_size": len(others) + 1,
            "group": group,
            "enhanced": facts["enhanced"] == "1",
        }

    def _group(self, facts: dict[str, str]) -> list[dict[str, str]]:
        """The others of its group: who had to stay on one side, or whose copy it is."""
        ids = self.samples.group(facts["group"]) if facts["group"] else []
        rows = [row for name in ids if name != self.sample_id and (row := self.samples.row(name))]
        rows.sort(key=lambda row: not row["split"])
        keys = ("sample_id", "class", "split", "stage", "reason")
        return [{key: row[key] for key in keys} for row in rows]

    def _class_rule(self, facts: dict[str, str]) -> str:
        """How the class follows from what the corpus says."""
        labels, scheme = self.recipe.labels, self.recipe.scheme
        if not facts["class"]:
            return f"no class of the scheme {scheme.name}"
        decided = self._decided_rule(facts)
        if decided:
            return f"people decided so, by the rule {decided}"
        by_votes = self._vote_rule(facts["split"])
        if by_votes:
            return f"{by_votes}, or its own label where it has none"
        expression = labels.renamed().get(facts["expression"], facts["expression"])
        if expression == facts["class"]:
            same = expression == facts["expression"]
            return "its expression" if same else f"{facts['expression']} counts as {expression}"
        if facts["class"] in scheme.merged and expression in scheme.expressions(facts["class"]):
            return f"the scheme {scheme.name} counts {expression} to {facts['class']}"
        return "the vote of identical pictures (contradictions: vote)"

    def _vote_rule(self, split: str) -> str:
        """Whose votes gave a class in a split, and by which rule; "" where no votes did."""
        ferplus, votes = self.recipe.labels.ferplus, self.recipe.labels.votes
        evaluated = split in EVALUATION_SPLITS
        if ferplus is not None:
            mode = "majority" if evaluated and ferplus.evaluation != "same" else ferplus.mode
            return f"FER+ votes by the rule {mode}"
        if votes is None or (evaluated and votes.evaluation == "native"):
            return ""
        return f"votes of the set {votes.set} by the rule {votes.mode}"

    def _decided_rule(self, facts: dict[str, str]) -> str:
        """The rule by which people gave it its class; "" where they did not."""
        wanted, labels = self.recipe.decisions, self.recipe.labels
        told = [one for one in self.decided if one.question == LABEL]
        if wanted is None or wanted.labels == "none" or not told:
            return ""
        if facts["split"] and facts["split"] not in wanted.splits:
            return ""
        table = AnswerTable.of(LABEL, told, [facts["sample_id"]] * len(told))
        rule: LabelRule = "unanimous" if wanted.labels == "unanimous" else "majority"
        agreed = agreed_codes(table, rule).tolist()
        if wanted.labels == "dawid_skene":  # which weighs authors by all that they answered
            agreed = np.flatnonzero(table.counts.sum(axis=0)).tolist()
        names = [table.names[code] for code in agreed if code >= 0]
        given = {labels.renamed().get(name, name) for name in names}
        merged, name = self.recipe.scheme.merged, facts["class"]
        members = self.recipe.scheme.expressions(name) if name in merged else (name,)
        return wanted.labels if given & set(members) else ""

    def _why(self, facts: dict[str, str], group: list[dict[str, str]]) -> str:
        """One sentence: why it stands where it does, or why it stands nowhere."""
        with_others = f", with {plural(len(group), 'other')} of its group" if group else ""
        if facts["reason"] == KEEP:
            return f"{self._placing(facts)}{with_others}{self._moving(facts)}"
        if facts["stage"] == "leaks":
            there = {row["split"] for row in group if row["split"]}
            where = f" in {', '.join(sorted(there))}" if there else " in another split"
            return f"leaks: {self.recipe.leaks}: its person, recording or picture is{where}"
        if facts["stage"] == "duplicates" and facts["group"]:
            stayed = (row["sample_id"] for row in group if row["split"])
            return f"{facts['reason']}: {next(stayed, facts['group'])}"
        if facts["stage"] == "screening":
            name = facts["reason"].removeprefix(f"{SCREENED}: ")
            screen = self.recipe.screen
            threshold = None if screen is None else screen.policy().threshold(name)
            return f"{facts['reason']} from {threshold} on"
        if facts["stage"] == "caps":
            caps = self.recipe.caps().get(facts["source"], {})
            listed = ", ".join(f"{split} {count}" for split, count in caps.items())
            return f"{facts['reason']} of {facts['source']} ({listed}), drawn by seed and id"
        by_people = "people decided so: " if facts["stage"] == DECISIONS else ""
        return by_people + facts["reason"].removeprefix(f"{DECIDED}: ")

    def _placing(self, facts: dict[str, str]) -> str:
        splits = self.recipe.splits
        home = facts["moved_from"] or facts["split"]
        drawn = home in splits.drawn_splits
        if splits.native and not drawn:
            return f"its native split {facts['native_split']!r} is {home} in the recipe"
        if splits.cross_validates:
            return f"{splits.kind}: fold {facts['fold']} tests it (seed {self.recipe.seed})"
        return f"{splits.kind} put it into {home} by the seed {self.recipe.seed}"

    def _moving(self, facts: dict[str, str]) -> str:
        if not facts["moved_from"]:
            return ""
        return f"; leaks: {self.recipe.leaks}: brought to {facts['split']} with its group"


def _changed_by_noise(facts: dict[str, str]) -> str:
    """That its class was changed on purpose, and what it was; "" if it was not."""
    truth = facts.get(TRUE_CLASS, facts["class"])
    return "" if truth == facts["class"] else f"label_noise changed it on purpose: it was {truth}"
