"""Stores, exports, and the places where output goes."""
