"""Ease degree: how many classifiers that did not see a sample agree with its label."""
