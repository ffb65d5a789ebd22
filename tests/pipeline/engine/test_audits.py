"""An audit whose pictures are shrunk by workers finds what one without them finds."""

from pathlib import Path

import pytest

from fercurate.errors import PartDone, UsageError
from fercurate.pipeline.audit.audit import AuditRequest, audit, audit_as
from fercurate.pipeline.engine.choice import ClusterChoice
from fercurate.pipeline.events import Event, Notice

pytest.importorskip("distributed", reason="a cluster needs Dask distributed")
LOCAL = ClusterChoice.of("local:2", None, "")


def test_an_audit_by_a_cluster_is_the_same(store: Path) -> None:
    wanted = audit(store).to_json(1.0)
    notices: list[str] = []

    def listen(event: Event) -> None:
        notices.extend([event.text] if isinstance(event, Notice) else [])

    def by(cluster: ClusterChoice | None, *, near: bool = True) -> object:
        return audit_as(AuditRequest(store, near, cluster=cluster), listen).to_json(1.0)

    assert by(LOCAL) == wanted
    assert "units run on 2 workers on 1 machine" in notices
    assert not store.with_name("store.h5.work").exists()
    for part in ("1/2", "2/2"):
        with pytest.raises(PartDone):
            by(ClusterChoice.of("", None, part))
    assert by(ClusterChoice.of("", None, "", seals=True)) == wanted
    assert by(LOCAL, near=False) == audit(store, near=False).to_json(1.0)
    assert any("has no work for a cluster" in one for one in notices)
    with pytest.raises(UsageError, match="has no work for a cluster"):
        by(ClusterChoice.of("", None, "1/2"), near=False)
