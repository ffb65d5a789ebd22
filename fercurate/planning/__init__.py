"""The pure core of a build: from evidence and a recipe to a plan; no store, no file, no pixel.

In the order of a build:

    evidence     what a plan rests on, one entry a stored sample; who must stay on one side (`kin`)
    decisions    what people decided, by the rules of a recipe
    labeling/    which label each sample has: by its corpus, by votes, changed on purpose
    screening    who is left out, who is a duplicate, who is best
    splitting    which samples form each split: assigned, freed of leaks, capped, cut into folds
    applied_decisions   what became of decisions: counts for the papers
    plan         verdicts, splits and rows: the whole decision
    protocol     a published protocol, and in what a build differs from it
    remarks      who is in the splits, and which classes are not
    picture_changes   what is done to some pictures only: stretched, enlarged, left whole
    resampling   what each split's file holds beside or instead of its originals
    stages       the stages of all this, and at which of them a reason leaves a sample out
    sample_table   what was decided on each sample
    funnel       how many samples stand after each stage
"""
