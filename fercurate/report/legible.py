"""Text of anyone, made fit to be shown."""


def legible(text: str) -> str:
    """Return text in which control characters and undecodable bytes stand as visible escapes.

    File names may hold both; neither may stand in an HTML page or in a UTF-8 file, and a
    character that reverses the direction of writing would falsify what it is shown beside.
    """
    text = text.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)
