"""``doctor``: what of this machine can change a result, or keep one from coming.

In the order in which to read them:

    finding    what a check has found, and what to do about it
    libraries  Python and packages: installed, in their bounds, none twice
    opencv     instructions, cascades, and the networks that OpenCV runs
    places     folders and files: room, permissions, the store, models
    doctor     the verb: all of it, in order
"""
