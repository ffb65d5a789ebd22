"""What readers of corpora share: lists, trees, pixels written as text, files to samples."""
