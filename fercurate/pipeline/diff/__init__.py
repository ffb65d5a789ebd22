"""``diff``: what differs between two exports, two stores, or two locks alone.

sides      each side, read: its samples, rows, recipe, and what its lock says
samples    samples gained, lost, moved, relabelled, judged otherwise
rows       rows of two exports, byte by byte
facts      recipe keys, versions, inputs, files
since      what changed since the last build, in one line
report     all of it as a value
page       the same as a page
diff       the verb
"""
