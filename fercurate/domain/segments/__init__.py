"""Segments: consecutive rows of an export that were made in one way, a class a way.

Originals are samples as they are; derived rows are repeats, exact copies, drawn copies (which
differ by their number) and mixtures of two. In the order in which to read them:

    base    what all share: rows, parents, names, and the protocol of who makes pictures
    kinds   the classes
"""
