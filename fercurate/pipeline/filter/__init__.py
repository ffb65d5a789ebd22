"""``filter``: measure, judge and explain every sample of a store.

request        what is asked for: store, preset, thresholds, what to write
filter         one call: check, measure, judge, write
verdicts       what was found of every sample, as JSON and for one sample
scores_file    the CSV of scores
page           the page with the flagged pictures
"""
