"""The commands of what is told of samples beside their pictures.

predictions  keep what models predict, and find labels that are likely wrong
votes        add votes by name, list them, tell how far people agree
attributes   keep gender, age and the like of people, as they are given
"""
