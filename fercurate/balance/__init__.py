"""Balancing: which rows a split's export holds, decided after the split.

base            what every balance step offers, and what it is told
targets         how many rows each class is to have
turns           which sample is copied next, and by which operation
under           samples of large classes left out
over            samples of small classes repeated
offline         copies of every original, or enough to reach the targets
smote           SMOTE and its variants as steps, over rows in the order of sample ids
smote_settings  what samplers of the SMOTE family are told
synthesis       imbalanced-learn's samplers draw the parents and the step of each row
neighbors       nearest neighbors among pictures, for samplers of row numbers
blend           two pictures mixed into a synthetic one
registry        the balance steps by name
weights         class weights from the label counts of train
"""
