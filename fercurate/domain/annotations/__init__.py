"""What is told of samples beside their labels.

vote_set    votes of any people on the same samples, under a name
attribute   gender, age and the like of the people in pictures, as they are given
"""
