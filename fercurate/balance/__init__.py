"""Balancing: which rows a split's export holds, decided after the split.

targets     how many rows each class is to have
offline     copies of every original, or enough to reach the targets
neighbors   nearest neighbors among pictures, for samplers of row numbers
smote       imbalanced-learn's SMOTE family, with parents and steps
blend       mixing two pictures into a synthetic one
weights     class weights from the label counts of train
"""
