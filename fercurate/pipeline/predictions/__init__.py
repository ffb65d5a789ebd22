"""``predictions``: what any model says of the samples of a store.

names       the names under which predictions stand in a store
columns     which columns of a table are ids and probabilities
table       predictions as they come, checked
reading     CSV, .npz and Parquet files
joining     rows of predictions and the samples they are of
add         adding predictions to a store
stored      the predictions of a store: the list, and the numbers of one
report      confusion, agreement, likely label errors
"""
