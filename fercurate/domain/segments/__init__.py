"""Segments: consecutive rows of an export that were made in one way, a class a way.

Originals are samples as they are; derived rows are repeats, exact copies, drawn copies (which
differ by their number) and mixtures of two. In the order in which to read them:

    base    what all segments share: rows, names, and who makes their pictures
    kinds   originals, repeats, exact copies, drawn copies, mixtures
"""
