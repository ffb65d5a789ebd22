"""Every measure of all samples together; a later one may rest on what an earlier one measured."""

from fercurate.pipeline.measure.reviewed import REVIEWED_FAULTS
from fercurate.pipeline.measure.whole_store import STORE_MEASURES, WholeMeasure

WHOLE_MEASURES: tuple[WholeMeasure, ...] = (*STORE_MEASURES, *REVIEWED_FAULTS)
