"""AffectNet."""
