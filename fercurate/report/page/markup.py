"""HTML in which text cannot become markup: everything is escaped unless ``tag`` has built it."""

from html import escape

from fercurate.report.legible import legible

_VOID = frozenset({"img", "meta", "input", "br"})

Attribute = str | int | float | bool | None


class Markup(str):
    """Text that is HTML already."""

    __slots__ = ()


def markup(text: str) -> Markup:
    """Return text as HTML; what is HTML already stays."""
    return text if isinstance(text, Markup) else Markup(escape(legible(text)))


def join(parts: list[Markup], between: str = "\n") -> Markup:
    """Return pieces of HTML one after the other."""
    return Markup(between.join(parts))


def breakable(name: str) -> Markup:
    """Return a name that may be broken after its underscores."""
    return join([markup(part) for part in name.split("_")], "_<wbr>")


def tag(name: str, *children: str, **attributes: Attribute) -> Markup:
    """Return an element; ``class_`` gives ``class``, ``data_id`` gives ``data-id``.

    True gives an attribute without value; None and False give none.
    """
    written = "".join(
        _attribute(key.rstrip("_").replace("_", "-"), value)
        for key, value in attributes.items()
        if value is not None and value is not False
    )
    inner = "".join(markup(child) for child in children)
    return Markup(f"<{name}{written}>" if name in _VOID else f"<{name}{written}>{inner}</{name}>")


def _attribute(name: str, value: Attribute) -> str:
    if value is True:
        return f" {name}"
    text = f"{value:.6g}" if isinstance(value, float) else str(value)
    return f' {name}="{markup(text)}"'
