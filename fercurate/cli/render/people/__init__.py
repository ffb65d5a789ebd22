"""What the commands of people who decide print.

decisions  what was decided, merged, compared, taken over
review     where the page is, and what a session came to
"""
