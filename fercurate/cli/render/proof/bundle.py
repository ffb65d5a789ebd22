"""What ``fercurate bundle`` prints, and of ``build --bundle`` how the pictures matched."""

import shlex
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from fercurate.cli.output import Output

if TYPE_CHECKING:  # only names of types: a command imports no more than it runs
    from fercurate.pipeline.bundle.packing import BundleReport

_SHOWN = 10
_ARTICLES = {"export": "an export", "store": "a store"}


def show_bundle(output: Output, report: "BundleReport") -> None:
    """Print what was packed."""
    output.show(report.to_json(), bundle_lines(report))


def bundle_lines(report: "BundleReport") -> Iterator[str]:
    """How many samples and rows, which members, and what is not among them."""
    rows = f" and {report.rows:,} rows" if report.rows else ""
    yield f"{report.output}: {report.samples:,} samples{rows} of {_ARTICLES[report.of]}, no picture"
    for name, size in report.members.items():
        yield f"  {name:<18} {size:>12,} bytes"
    if not report.fingerprints:
        yield "  no fingerprints: only equal pictures can be matched; pass --store to add them"
    if report.of == "export":
        named = shlex.quote(str(report.output))
        yield f"whoever has the corpora makes it again: fercurate build --bundle {named}"


def match_lines(matches: Mapping[str, Any]) -> Iterator[str]:
    """How many pictures of a bundle are equal, nearly equal, missing, and the first missing."""
    yield (
        f"pictures of the bundle: {matches['equal']:,} equal, {matches['nearly_equal']:,} nearly "
        f"equal (at most {matches['tolerance']} of 63 bits), {matches['missing']:,} missing"
    )
    missing = matches["missing_ids"]
    if missing:
        more = ", ... (all with --json)" if len(missing) > _SHOWN else ""
        yield f"  missing: {', '.join(missing[:_SHOWN])}{more}"
