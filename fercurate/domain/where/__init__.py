"""Conditions: which samples are meant, as a line of text says it; nothing in it is ever executed.

    source = 'fer2013' and (votes.happiness >= 5 or not subject is unknown)

Comparisons are joined by ``and``, ``or``, ``not`` and parentheses; keywords may have any case.
Text columns take ``=``, ``!=``, ``in`` and ``like`` (``*`` is any run of characters) with text in
quotes, number columns ``=``, ``!=``, ``<``, ``<=``, ``>``, ``>=`` and ``in`` with numbers. Either
may be asked whether it ``is unknown``. In the order in which one reads them:

    tokens   words, numbers, texts and signs with their positions, and what is wrong with one
    syntax   the tree of an expression, and the rows for which it is true
    parser   from text to the tree; every fault is said with its position
"""

from fercurate.domain.where.parser import parse_condition
from fercurate.domain.where.syntax import ColumnKind, Condition
from fercurate.domain.where.tokens import ConditionFault

__all__ = ["ColumnKind", "Condition", "ConditionFault", "parse_condition"]
