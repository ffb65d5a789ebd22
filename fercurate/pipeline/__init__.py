"""The imperative shell: the only place where the stages meet the store."""
