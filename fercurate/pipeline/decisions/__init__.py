"""``decide`` and ``decisions``: answers by hand, files of them as one, agreement, transfer.

author     who answers, where nobody says
decide     answers by hand, to the file of a store
union      several files as one
agreement  how far authors agree, with each other and with FER+'s votes
transfer   the decisions of others, taken over into the file of one's own store
table      decisions as CSV
"""
