"""What every layer needs of files: whole or absent, locked, decoded, bounded, many at once."""
