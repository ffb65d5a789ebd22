"""``votes``: votes of any people on stored samples, under names; how far these people agree.

In the order in which to read them:

    table       a CSV of votes: its header, its cells, and which sample each row is of
    cells       from the cells of a table to counts by answer, or to answers by reader
    stored      vote sets as a store holds them, and the names that change with their content
    add         ``votes add``: a table becomes a set of a store, in one change
    listing     ``votes list``: the sets of a store, FER+'s among them
    agreement   ``votes agreement``: how far those who voted agree, and with the stored labels
"""
