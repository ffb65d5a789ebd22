"""Attributes of people as a store holds them: measurements of their own kinds."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from fercurate.domain.annotations.attribute import (
    ATTRIBUTE_NAME,
    KIND_PREFIX,
    METHOD,
    Attribute,
    attribute_measurements,
    stored_attribute,
)
from fercurate.domain.measurement import Measurements
from fercurate.domain.text import did_you_mean
from fercurate.errors import InputError, StoreError
from fercurate.store.store import Store

LAYOUT = "attributes"
"""What the lineage calls a change that added attributes."""


def attribute_names(store: Store) -> tuple[str, ...]:
    """The names of the attributes that a store holds, sorted."""
    names = {
        kind.removeprefix(KIND_PREFIX)
        for kind, method in store.measured_kinds()
        if kind.startswith(KIND_PREFIX) and method == METHOD
    }
    return tuple(sorted(name for name in names if ATTRIBUTE_NAME.fullmatch(name)))


def read_attribute(store: Store, name: str) -> Attribute:
    """An attribute of all samples of a store.

    Raises:
        InputError: the store has no attribute of this name.
        StoreError: it is damaged.
    """
    measured = store.measured(KIND_PREFIX + name, METHOD)
    if measured is None:
        known = attribute_names(store)
        raise InputError(
            f"no attribute {name!r}{did_you_mean(name, known)}",
            where=str(store.path),
            expected=f"one of {', '.join(known)}" if known else "",
            fix="Add it with: fercurate attributes add STORE FILE",
        )
    try:
        return stored_attribute(name, measured.values)
    except ValueError as error:
        raise StoreError(
            f"the attribute {name}: {error}",
            where=str(store.path),
            fix="Put back a copy of the store, or make it anew",
        ) from None


def read_attributes(store: Store) -> tuple[Attribute, ...]:
    """All attributes of a store, by name.

    Raises:
        StoreError: it is damaged.
    """
    return tuple(read_attribute(store, name) for name in attribute_names(store))


def changed_attributes(
    store: Store, rows: NDArray[np.int64], values: Mapping[str, list[str]]
) -> list[Measurements]:
    """What a store must keep so that some samples have these values; nothing if they have them.

    ``rows`` (M,) are those of the samples, ``values`` by attribute one a row; "" leaves a value
    as it is.
    """
    known, changed = attribute_names(store), []
    for name in sorted(values):
        new = np.array(values[name], dtype=object)
        old = np.full(len(rows), "", dtype=object)
        if name in known:
            old = read_attribute(store, name).text[rows]
        differing = np.flatnonzero((new != "") & (new != old))
        if len(differing):
            some = new[differing].tolist()
            changed.append(attribute_measurements(name, rows[differing], some))
    return changed
