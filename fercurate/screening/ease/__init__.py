"""Ease degree: how many classifiers that did not see a sample agree with its label.

hog             what the classifiers see of a face
kernel_ridge    the classifiers, and their scores of the samples that they did not see
degree          votes, chances, and the criteria that rest on them
"""
