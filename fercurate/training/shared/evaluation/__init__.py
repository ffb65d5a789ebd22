"""How good a trained model is: its metrics, drawn and written.

metrics         accuracy, macro F1 and the like, from probabilities or a confusion matrix
groups          how well each group of people is recognized
predictions     what a model says of each row, as a table
plots           curves and confusion matrices
trained_model   a model with what its checkpoint says, and its metrics by kind of row
evaluate        a model on the splits of exports
script          the script evaluate.py
"""
