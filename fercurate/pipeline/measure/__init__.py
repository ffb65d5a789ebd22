"""Measuring stored pictures once, for every verb that judges them."""
