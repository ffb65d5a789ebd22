"""Pictures, arrays, Parquet and archives."""
