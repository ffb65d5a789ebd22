"""``recipe.lock`` lists every output by its digest, computed by as many workers as asked for."""

import hashlib
import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from fercurate.export import lock
from fercurate.export.lock import LOCK_FILE, Provenance, write_lock


@pytest.mark.parametrize("jobs", [1, 3])
def test_digests_by_so_many_workers(
    jobs: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = [f"{number}.h5" for number in range(5)]
    for name in names:
        (tmp_path / name).write_text(name)
    workers = []

    def counted(count: int) -> Any:
        workers.append(count)
        return ThreadPoolExecutor(count)

    monkeypatch.setattr(lock, "ThreadPoolExecutor", counted)
    write_lock(
        tmp_path, Provenance("own", "", 0, "standard", "none", "", ""), [], names[::-1], jobs
    )
    outputs = json.loads((tmp_path / LOCK_FILE).read_text())["outputs"]
    digests = {name: hashlib.sha256(name.encode()).hexdigest() for name in names}
    assert {name: facts["sha256"] for name, facts in outputs.items()} == digests
    assert workers == [jobs]
