"""The door for Python: one function a verb, with the words of the command line.

People import all of it from ``fercurate`` itself.

    ingest          corpora into a store
    ingest_report   what that did, as a value
    stored          verbs on a store or an export: class balance, faults, leaks, pictures
    recipes         verbs that follow a recipe: load one, preview its steps, build its export
    exports         the rows of an export, with their pictures on demand
    arguments       what the command line refuses is refused here
    progress        from the argument ``progress`` to a listener
"""
