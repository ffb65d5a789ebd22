"""Writing the pictures of an export, block by block.

renderer        blocks made by threads, or elsewhere, and written into their files
told_segments   segments of rows as JSON has them
units           blocks made by the workers of an engine
"""
