"""Work cut into units whose results are sealed files, run here or on other machines.

In the order in which to read them:

    unit          a unit of work, what it gives, and the protocol of an engine
    shards        the work folder: results sealed under the keys of their units
    stages        which function does the units of a stage, and what a worker is told with them
    worker        what a worker does with one unit
    processes     processes of this machine, for work in Python
    parts         without a scheduler: a part of the units in each job of an array
    dask_engine   Dask distributed: the only module that knows it
    preload       what a worker of this machine does first
    choice        what `--cluster`, `--work-dir`, `--shard` and `--seal` say
"""
