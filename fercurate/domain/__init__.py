"""Types of the problem domain; numpy (and pandas for the manifest) only.

In the order of a reading, from one picture to a plan:

    expression      the canonical expression names, and their spellings in the corpora
    taxonomy        label spaces (schemes), and label maps into the canonical names
    tables          schemes and label maps as data (TOML)
    votes           FER+ votes: ten annotators' counts a picture, and how they become a label
    annotations     votes of any people under a name, and attributes of people in pictures
    sample          one face picture with what its corpus says, or the row that could not be one
    columns         columns of a manifest: held, taken by rows, text as codes
    manifest        the table of all samples without their pixels
    measurement     raw numbers about stored pictures, before anything is judged
    decisions       what people decided on samples, as lines of a file; agreement, consensus
    verdict         keep or drop, and why, for every sample
    groups          groups of samples, joined; who belongs together is in `planning/evidence`
    plan            what a build is going to do, decided before a pixel moves
    segments        rows of an export by how they are made: originals, repeats, copies, mixtures
    sample_table    what a build decided on each sample, as an export keeps it
    where           conditions that choose samples: one small grammar
    lineage         what was done to a store, one entry a committed change
    seeding         random choices that depend on what is chosen, never on order
    text            text as fixed-length bytes, and what a message suggests
"""
