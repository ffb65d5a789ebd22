"""``rebuild``: an export built again from its lock, and compared with it.

terms      what must be the same before anything is built
rebuild    the verb
"""
