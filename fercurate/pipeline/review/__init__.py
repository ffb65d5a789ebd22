"""``review``: a person decides on the pictures that matter, and the order learns from it.

request    what to review, by whom, where the decisions go
queues     which samples are asked about, what is asked, in which order at first
labels     queues whose question is the label
faults     queues whose question is whether a picture has a fault, or shows another one
order      the order in which samples come, random controls among them
learning   ranking what is left anew, beside the requests
answers    what was answered so far
progress   how many faults were found, and how many are left
details    what is known of one sample, for who asks
session    the state of a review: what comes next, what was answered, what is undone
opening    from a request to a session
"""
