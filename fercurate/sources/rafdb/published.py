"""What was published of RAF-DB: the names of its sets and lists, their codes and counts."""

BASIC, COMPOUND = "basic", "compound"
"""The two sets, as their folders are called; their file names repeat, their codes differ."""

LIST_NAMES: tuple[str, ...] = ("list_patition_label.txt", "list_partition_label.txt")
"""The name in the distribution (sic), and as it was mended by others."""

OFFICIAL: dict[str, int] = {"Training": 12271, "Test": 3068}
"""Pictures of the basic set, by native split."""

OFFICIAL_COMPOUND = 3954
"""Pictures of the compound set, both splits together."""

COMPOUND_CODES: frozenset[str] = frozenset(("8", "9", "10", "11"))
"""Codes that only the compound set has."""

LABEL_LISTS: tuple[str, ...] = ("train_labels.csv", "test_labels.csv")
CODES: tuple[str, ...] = ("1", "2", "3", "4", "5", "6", "7")
