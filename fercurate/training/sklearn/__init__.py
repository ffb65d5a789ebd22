"""Support-vector machines with scikit-learn.

requirements   what is not installed
features       pixels, HOG, LBP and PCA
grid           which settings are tried
svm            the machine, with probabilities
inner_folds    folds of train that choose settings
search         choosing them
checkpoint     what is kept of a run
fitting        features and machine, fitted
train          the script train.py
evaluate       the script evaluate.py
"""
