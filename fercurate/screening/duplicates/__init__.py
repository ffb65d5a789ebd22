"""Duplicates: identical and nearly identical pictures.

perceptual_hash    64 bits of a picture, and all pairs of hashes that are nearly equal
measure            the hash as a measurement that a store keeps
similarity         when two pictures with near hashes are near duplicates
search             groups and pairs of duplicates among hashed pictures
criterion          the score of a sample that has an earlier duplicate
"""
