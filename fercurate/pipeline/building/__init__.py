"""``build``: from a store and a recipe to an export.

From the decision to the files:

    basis             measurements, scores and duplicates, gathered before anything is decided
    decision_files    the files of decisions that a recipe names, and the copy beside an export
    prepare           from a store and a recipe to a finished plan and a maker of pictures
    face_geometry     where faces are in stored pictures
    mixing            the pictures that balancing looks at
    named_rows        from the names of exported rows back to what makes them
    picture_maker     pictures of an export: normalized, copied, mixed
    rendering/        pictures written block by block; made here, or by the workers of a cluster
    columns           the other columns, block by block
    data_files        the data files: tables, then pictures, then statistics
    applied           ``applied.jsonl``: what was drawn for every augmented row
    extent            how large it will be, and how long it takes
    papers/           what lies beside the data files: facts, contact sheets, samples, datasheet
    build             the verb: all of it, staged and swapped in
"""
