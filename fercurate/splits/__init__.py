"""Splits: which original samples form train, val and test.

base         what every splitter offers, and what it is told
native       the splits that a corpus was published with
stratified   random splits: groups whole, classes balanced
subjects     folds that share no person
registry     the splitters by name
leakage      groups that lie in more than one split, and their repair
"""
