"""The command line: parses, makes one call, renders.

In the order in which to read:

main        the entry point
lazy        a group that imports a command only when it is run
boundary    where failures become a line of text and an exit code
signals     signals end a run cleanly
output      where results and remarks go: a value, made from the shared options
settings    fercurate.toml, or a table of pyproject.toml
log         what a run did, and when
options     the options that commands share
store_first  commands whose first position is a store, which --store names as well
cluster     those that say who does the work
progress    bars and notices on a terminal
commands    a module a command: its options, and the call it makes
render      a module a command: how its results read
"""
