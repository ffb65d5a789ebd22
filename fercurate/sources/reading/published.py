"""Counts of a copy beside those that were published."""


def beside_published(records: int, published: int) -> str:
    """Say how many pictures a copy has, and whether that is the published count."""
    if records == published:
        return f"the published count: {records:,} pictures"
    return f"{records:,} pictures; published are {published:,}"
