"""``stats``: the class balance of a store or an export.

class_balance   rows by split and class: the state of a store or an export
row_conditions  conditions over the rows of an export
funnel          how many samples stand after each stage of an export's build
stats           the verb: rows counted by class, split and source
"""
