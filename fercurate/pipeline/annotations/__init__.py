"""What is told of stored samples beside their pictures: votes and attributes, and tables of them.

In the order in which to read them:

    joined_table  a CSV about stored samples: its header, its cells, and which sample a row is of
    storing       one committed change of what a table tells, with its line in the history
    vote_sets     vote sets as a store holds them, and the names that change with their content
    attributes    attributes of people as a store holds them
"""
