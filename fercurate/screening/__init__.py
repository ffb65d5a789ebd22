"""Screening: what is wrong with a picture, measured on the picture itself."""
