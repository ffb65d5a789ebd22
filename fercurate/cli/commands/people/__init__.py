"""The commands of people who decide.

review     decide in the browser, what matters first
decide     decide by hand
decisions  files of decisions: as one, compared, taken over, as CSV
"""
