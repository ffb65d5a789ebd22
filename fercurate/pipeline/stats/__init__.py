"""``stats``: the class balance of a store or an export.

class_balance   rows by split and class: the state of a store or an export
stats           the verb: rows counted by class, split and source
"""
