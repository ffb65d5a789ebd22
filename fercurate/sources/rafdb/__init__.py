"""RAF-DB."""
