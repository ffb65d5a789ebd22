"""The door for Python: one function a verb, with the words of the command line.

Read ``ingest``, ``stored`` (verbs on a store or an export), ``recipes`` (verbs that follow a
recipe) and ``exports`` (reading one back); ``arguments`` checks what was passed, ``progress`` turns
an argument into a listener, ``ingest_report`` is what ``ingest`` returns. People import all of it
from ``fercurate`` itself.
"""
