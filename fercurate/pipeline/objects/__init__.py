"""Object stores: what is named by URL is fetched before it is read, or sent once it is whole.

sums      `SHA256SUMS`: the digests of all objects of a prefix, sent last
fetch     whole objects into the cache, compared with their digests
send      a folder as objects
"""
