"""What a worker of this machine does first: leave Ctrl-C to the command, which ends its workers."""

import signal


def dask_setup(worker: object) -> None:
    """Be called by Dask in the main thread of each worker process that begins."""
    del worker
    signal.signal(signal.SIGINT, signal.SIG_IGN)
