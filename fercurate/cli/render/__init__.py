"""How results read: functions that take an ``Output`` and a result.

What ``--json`` prints is made beside the text, by the ``to_json`` of a result or a ``_document``.
What all share comes first, then the commands in the order in which one uses them:

    tables       tables and bars, as lines of text
    inspect      what lies in a path, and as what it would be read
    ingest       what was read, and what was rejected
    stats        the class balance, as text and as a picture
    filter       what fails which criterion, and all that is known of one sample
    audit        what leaks between splits
    init         where the first recipe lies, and what to do with it
    preview      which sheets were drawn
    build        what was written, or would be
    export       what was laid out, the order of classes, what to set in the trainer
    recipes      the list of recipes, or the text of one
    annotations/  what models, people who vote and tables tell of samples
    people/       what people decided, and where the review page is
    proof/        what is traced, verified, rebuilt, compared, packed
    machine/      doctor, completion, models: what this machine has and needs
    care/         what lies in a store, and what was changed of it
    demo         the results of several commands, one after another or as one document
"""
