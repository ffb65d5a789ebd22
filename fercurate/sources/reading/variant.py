"""Which copy of a corpus this is, in words: its count beside the published one."""


def beside_published(records: int, published: int) -> str:
    """Say how many pictures a copy has, and whether that is the published count."""
    if records == published:
        return f"the published count: {records:,} pictures"
    return f"{records:,} pictures; published are {published:,}"
