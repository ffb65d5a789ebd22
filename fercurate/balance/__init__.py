"""Balancing: which rows a split's export holds, decided after the split."""
