"""Screening: what is wrong with a picture, measured on the picture itself.

base          the protocol of a measure, and a criterion: a score of what was measured
exposure      light and contrast
sharpness     blur
face          is there a face, and where: two detectors
screener      what a small learned network says: no face, not human, occluded, watermark
votes         what FER+'s annotators say
duplicates    identical and nearly identical pictures
ease          do classifiers that did not see a sample agree with its label
confident     which labels are likely wrong, by any model's probabilities
learned       chances of faults, learned from what a reviewer answered, and what is left
registry      all criteria and all measures
judge         from scores and thresholds to who is dropped, who is enhanced
presets       the shipped thresholds, and what they cost and catch
fairness      classes that a screening treats unfairly
"""
