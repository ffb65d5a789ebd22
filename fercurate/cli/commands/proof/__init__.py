"""Commands that prove where a number comes from.

trace      tell where a picture or a row comes from, or why it is not there
verify     check every digest and row of a store or an export
rebuild    build an export again from its lock, and compare
diff       show what differs between two exports, stores or locks
bundle     pack what may be shared of an export without a picture
"""
