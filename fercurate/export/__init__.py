"""Exports: the files that any trainer reads, and the papers that come with them."""
