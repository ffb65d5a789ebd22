"""``ingest``: from raw files to stored samples."""
