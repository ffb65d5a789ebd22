"""What was published of RAF-DB: the names of its lists, its codes and counts."""

LIST_NAMES: tuple[str, ...] = ("list_patition_label.txt", "list_partition_label.txt")
"""The name in the distribution (sic), and as it was mended by others."""

OFFICIAL: dict[str, int] = {"Training": 12271, "Test": 3068}
COMPOUND_CODES: frozenset[str] = frozenset(("8", "9", "10", "11"))

LABEL_LISTS: tuple[str, ...] = ("train_labels.csv", "test_labels.csv")
CODES: tuple[str, ...] = ("1", "2", "3", "4", "5", "6", "7")
