"""Doctor: everything that is looked for, in order."""

from pathlib import Path

from fercurate.pipeline.doctor.finding import MachineReport
from fercurate.pipeline.doctor.libraries import library_findings
from fercurate.pipeline.doctor.opencv import opencv_findings
from fercurate.pipeline.doctor.places import place_findings


def examine(store: Path) -> MachineReport:
    """Look at packages, OpenCV, disks, permissions, a store and models; nothing is changed."""
    found = (*library_findings(), *opencv_findings(), *place_findings(store))
    return MachineReport(found)
