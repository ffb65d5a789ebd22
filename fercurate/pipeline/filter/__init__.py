"""``filter``: measure, judge and explain every sample of a store.

request        what is asked for: store, preset, thresholds, what to write
verdicts       what was found of every sample, as JSON and for one sample
scores_file    the CSV file of scores
page           the page with the flagged pictures
filter         the verb: check, measure, judge, write
"""
