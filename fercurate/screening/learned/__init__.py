"""What a screener learns from the answers of a reviewer.

features    more views of a picture, and numbers to learn from: the screener's last but one layer
fault_head  chances of a fault, by what was answered so far
remaining   how many faults are left, and how sure that is
criteria    the chances of a learned head, as criteria of recipes
"""
