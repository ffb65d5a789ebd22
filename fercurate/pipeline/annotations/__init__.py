"""What is told of stored samples beside their pictures: votes and attributes, and tables of them.

In the order in which to read them:

    matching       which samples ids, or names of picture files, are of
    table_columns  which columns of a table name samples, and which hold values
    joined_table   a CSV about stored samples: its header, its cells, and which sample a row is of
    storing        one committed change of what a table tells, with its line in the history
    vote_sets      vote sets as a store holds them, and the names that change with their content
    attributes     attributes of people as a store holds them
"""
