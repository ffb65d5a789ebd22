"""What lies elsewhere and comes as a whole.

cache    the folder for what was fetched and can be fetched again
objects  objects of an object store by URL: listed, fetched, sent
"""
