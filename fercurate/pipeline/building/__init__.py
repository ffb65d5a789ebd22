"""``build``: from a store and a recipe to an export.

From the decision to the files:

    evidence          measurements, scores and duplicates, gathered before anything is decided
    prepare           from a store and a recipe to a finished plan and a maker of pictures
    face_geometry     where faces are in stored pictures
    mixing            what synthetic rows are drawn from, and who is cleaned away
    picture_maker     single pictures: normalized, copied, mixed
    rendering         pictures written block by block, with any number of workers
    columns           the other columns of an export, block by block
    applied           ``applied.jsonl``: what was drawn for every augmented row
    synthetic_facts   are synthetic faces plausible? measured against real ones
    exhibits          contact sheets of a few rows of each family and class
    build             the verb: all of it, staged and swapped in
"""
