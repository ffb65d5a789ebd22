"""Decisions by people: what they are, what their lines look like, and what follows from them.

In the order in which to read them:

    decision     one answer of one author to one question about one sample
    lines        lines of ``decisions.jsonl`` to decisions and back
    history      many decisions: their union, and which of them count
    answers      who answered what about which sample: a table
    agreement    how far authors agree: Cohen, Fleiss, Krippendorff
    consensus    one answer a sample of those of several authors
    dawid_skene  answers by authors of unequal reliability
    matching     which stored samples decisions are about: by id and pixels
"""
