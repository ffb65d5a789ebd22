"""Simulated reviewers on real labels: ``python -m benchmarks.review``.

How much of all faults is found after so many pictures: by chance, by the screener's order, by the
order that learns; and how often the estimate of what is left holds the truth. Its networks need
PyTorch (``pip install torch``), which fercurate itself does not.

material   what the screener says of pictures that it has not seen, fold by fold
reviewer   a reviewer who answers by labels, sometimes wrongly, in the order of a review
tables     what is printed
"""
