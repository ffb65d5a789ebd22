"""``votes``: votes of any people on stored samples, under names; how far these people agree.

In the order in which to read them:

    cells       from the cells of a table to counts or shares by answer, or to answers by reader
    add         ``votes add``: a table becomes a set of a store, in one change
    listing     ``votes list``: the sets of a store, FER+'s among them
    agreement   ``votes agreement``: how far those who voted agree, and with the stored labels
"""
