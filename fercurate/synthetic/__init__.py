"""Drawn faces and small corpora of them, in the layouts of the real ones."""
