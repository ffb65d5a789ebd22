"""``verify``: is a store or an export what it was, and does every row come out the same again?

findings   what was checked, and what was wrong, each with its place and reason
store      a store: seals, digests of parts and pictures, foreign files
files      an export's files: the lock, every digest, foreign files, papers that agree
rows       an export's rows: lengths, labels, names, order, counts, parents
replay     rows made again from the store, byte by byte
verify     the verb
"""
