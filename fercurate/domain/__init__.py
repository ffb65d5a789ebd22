"""Types of the problem domain; numpy (and pandas for the manifest) only."""
