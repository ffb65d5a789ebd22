"""``trace``: where a picture or a row comes from and what became of it, or why it is not there.

request    what is asked, of which store and export
target     from what was asked to a stored sample, a row, a reject, a tombstone
stored     what the store knows of a sample: raw file, label, votes, measurements, scores
outcome    what a build made of it, and why
rows       the rows of an export that were made from it
pictures   the picture enlarged, beside its parents and what was made from it
report     all of it as a value
listing    the samples that a condition holds for
trace      the verb
"""
