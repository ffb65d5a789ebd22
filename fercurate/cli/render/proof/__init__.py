"""What the commands print that prove where a number comes from.

trace      everything about one picture or row
verify     what was checked, and what was found
rebuild    whether an export came out the same
diff       what differs between two sides
bundle     what was packed, and what is missing of it
"""
