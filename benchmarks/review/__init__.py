"""Simulated reviewers on real labels: ``python -m benchmarks.review``.

How much of all faults is found after so many pictures: by chance, by the screener's order, by the
order that learns; and how often the estimate of what is left holds the truth. Its networks need
PyTorch (``pip install torch``), which fercurate itself does not.

material   what the screener says of pictures that it has not seen, fold by fold
labels     FER-2013's labels as FER+'s majority finds them
reviewer   a reviewer who answers by labels, sometimes wrongly, in the order of a review
"""
