"""The commands: each parses, makes one call, and hands the result to its module in ``render``.

In the order in which one uses them:

    inspect      show what lies in a path, and as what it would be read
    ingest       read corpora into a store
    stats        show the class balance
    filter       find samples that should not be trained on
    audit        look for leakage between splits
    init         write a first recipe
    preview      show what a recipe does to a few pictures
    build        build a training set from a recipe
    export       lay out an export as a trainer reads it
    recipes      list, show and describe recipes
    demo         all of that on small synthetic corpora
    annotations/  predictions, votes, attributes: what is told of samples
    people/       review, decide, decisions: what people see and say
    proof/        trace, verify, rebuild, diff, bundle: where a number comes from
    machine/      doctor, completion, models: what this machine has and needs
    care/         sources, rejects, remove, compact, merge: looking after a store
"""
