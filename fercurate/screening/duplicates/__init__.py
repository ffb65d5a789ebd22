"""Duplicates: identical and nearly identical pictures, and changed copies.

thumbnails         pictures at 32 x 32, kept in the store
similarity         the rule: when two pictures are near duplicates
spectrum           reduced vectors of pictures, whose products bound correlations
products           all pairs of vectors that are close, in blocks
forest             the same among very many, by trees
near               all near duplicates
recall             how much of them was found, where not all pairs were compared
symmetry           mirrored and quarter-turned pictures
placement          windows at other places, sizes and angles: candidates for moved copies
registration       a candidate laid over its original: the rule for moved copies
changed            changed copies between sides
search             groups and pairs of duplicates of all kinds
criterion          the score of a sample that has an earlier duplicate
"""
