"""Splits: which original samples form train, val and test.

base         what every splitter offers, and what it is told
stratified   random splits: groups whole, classes balanced
native       the splits that a corpus was published with; a share of them as validation
folds        cross-validation; random folds: groups whole, classes balanced
subjects     folds that share no person
registry     the splitters by name
leakage      groups that lie in more than one split, and their repair
"""
