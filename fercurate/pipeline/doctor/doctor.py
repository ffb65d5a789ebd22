"""Doctor: everything that is looked for, in order."""

from collections.abc import Callable, Iterator
from pathlib import Path

from fercurate.pipeline.doctor.finding import Finding, MachineReport
from fercurate.pipeline.doctor.libraries import library_findings


def examine(store: Path) -> MachineReport:
    """Look at packages, OpenCV, disks, permissions, a store and models; nothing is changed.

    Packages come first, and need none of the others: what cannot be loaded is a finding.
    """

    def opencv() -> Iterator[Finding]:
        from fercurate.pipeline.doctor.opencv import opencv_findings  # noqa: PLC0415

        return opencv_findings()

    def places() -> Iterator[Finding]:
        from fercurate.pipeline.doctor.places import place_findings  # noqa: PLC0415

        return place_findings(store)

    found = list(library_findings())
    for name, look in (("opencv", opencv), ("store and models", places)):
        found += _looked(name, look)
    return MachineReport(tuple(found))


def _looked(name: str, look: Callable[[], Iterator[Finding]]) -> list[Finding]:
    try:
        return list(look())
    except (ImportError, AttributeError) as error:
        reason = f"cannot be looked at: {type(error).__name__}: {error}"[:300]
        return [Finding(name, "fault", reason, "Install what is a fault above, and look again")]
