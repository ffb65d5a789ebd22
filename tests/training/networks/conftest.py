"""predict.py on a trained network."""

from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

Predict = Callable[..., tuple[int, str, str]]


@pytest.fixture
def predict(
    load_kit: Callable[[str, str], ModuleType],
    trained: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> Predict:
    """Run predict.py in a scratch folder with the checkpoint of ``trained``, or another."""
    monkeypatch.chdir(tmp_path)

    module = load_kit("torch", "predict")

    def call(*given: object, checkpoint: Path | None = None) -> tuple[int, str, str]:
        capsys.readouterr()
        chosen = checkpoint or trained / "run" / "best.pt"
        code = module.main([str(one) for one in (chosen, *given)])
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return call
