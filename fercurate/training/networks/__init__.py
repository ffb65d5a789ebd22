"""What networks have in common in every framework.

``catalog`` (which there are), ``settings``, ``options`` (of the command line), ``progress``,
``learning``, ``augmentation`` (changes of pictures during training); ``trained_network``; for
predict.py ``opencv``, ``faces``, ``drawing``, ``media`` and ``prediction``.
"""
