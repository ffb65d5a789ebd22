"""What the commands of what is told of samples print.

predictions  what models predict of the samples, and which labels they contradict
votes        sets of votes, and how far people agree
attributes   who has which value
"""
