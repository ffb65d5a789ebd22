"""The pure core of a build: from evidence and a recipe to a plan; no store, no file, no pixel."""
