"""The table of docs/results.md: ``python -m benchmarks.speed.results RUNS...``, from metrics.json.

Each RUNS is a folder of a training run (``runs/<recipe>/<model>``) or one above several.
"""

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

CLAIMS = {
    ("fer2013_seven", "csun_fer"): "",
    ("fer2013_seven", "fer_paper"): "88.29 %",
    ("fer2013_seven", "dbs_cnn"): "62.50 %",
    ("fer2013_seven", "vgg5"): "69.3 %",
    ("fer2013_seven", "ewu_allconv"): "94.71 %",
    ("fer2013_seven", "ewu_blocks"): "88.3 %",
    ("fer2013_seven", "fpt_baseline"): "63 %",
    ("fer2013_seven", "svm"): "38 %, another split",
    ("modified_fer", "ewu_allconv"): "99.16 %",
    ("modified_fer", "ewu_blocks"): "89.8 %",
    ("smote_seven", "dbs_cnn"): "62.50 %",
    ("weighted_seven", "dbs_cnn"): "62.50 %",
}
"""What the authors of a model state for FER-2013 prepared like a recipe."""

COLUMNS = ("export", "model", "epochs", "minutes", "val", "test", "original", "no duplicate", "F1")
HEAD = (*COLUMNS, "claimed")

PARTS = ("all", "original rows", "original rows without a twin in train")


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table; returns 1 if a folder holds no run."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.speed.results", description=__doc__)
    parser.add_argument("runs", type=Path, nargs="+", help="folders with metrics.json")
    options = parser.parse_args(arguments)
    files = [path for folder in options.runs for path in sorted(folder.rglob("metrics.json"))]
    rows = [row for path in files for row in rows_of(json.loads(path.read_text("utf-8")))]
    if not rows:
        print(f"error: no metrics.json of train.py in {options.runs[0]}", file=sys.stderr)
        return 1
    print("\n".join(lines(rows)))
    return 0


def rows_of(run: dict[str, Any]) -> Iterator[tuple[str, ...]]:
    """Yield a row for every split of a run that was tested on but ``val``."""
    if "splits" not in run or "recipe" not in run:  # of evaluate.py, or of all folds
        return
    model, epochs, seconds = _trained(run)
    claim = CLAIMS.get((run["recipe"], model.partition(" ")[0]), "")
    val = run["splits"].get("val", {}).get("all", {})
    for name, found in run["splits"].items():
        if name != "val":
            split = "" if name == "test" else f" ({name})"
            parts = [found.get(part, {}) for part in PARTS]
            shares = [_percent(one.get("accuracy")) for one in (val, *parts)]
            score = f"{found['all']['macro_f1']:.3f}"
            minutes = f"{seconds / 60:.0f}"
            yield (run["recipe"] + split, model, epochs, minutes, *shares, score, claim)


def _trained(run: dict[str, Any]) -> tuple[str, str, float]:
    """Model, epochs (the chosen one of all) and seconds of a run."""
    settings = run["settings"]
    if "history" not in run:
        kernel = run["chosen"]["kernel"]
        return f"svm ({settings['features']}, {kernel})", "", sum(run["seconds"].values())
    epochs = f"{run['chosen_epoch']} of {len(run['history'])}"
    return settings["model"], epochs, sum(row["seconds"] for row in run["history"])


def _percent(share: float | None) -> str:
    return "" if share is None else f"{share:.1%}".replace("%", " %")


def lines(rows: Sequence[tuple[str, ...]]) -> list[str]:
    """Lines of a Markdown table."""
    rule = tuple("---" for _ in HEAD)
    return [f"| {' | '.join(row)} |" for row in (HEAD, rule, *rows)]


if __name__ == "__main__":
    sys.exit(main())
