"""Transforms of pictures: small frozen classes that act on whole batches."""
