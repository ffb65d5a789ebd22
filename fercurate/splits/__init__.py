"""Splits: which original samples form train, val and test.

native       the splits that a corpus was published with
stratified   random splits: groups whole, classes balanced
subjects     folds that share no person
leakage      groups that lie in more than one split, and their repair
"""
