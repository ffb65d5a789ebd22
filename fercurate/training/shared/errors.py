"""What goes wrong with exports and checkpoints. Needs nothing."""


class ExportError(Exception):
    """The export is not what it should be; the message is one line and says what to do."""


class CheckpointError(ExportError):
    """The checkpoint cannot be used; the message is one line and says what to do."""
