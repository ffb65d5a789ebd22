"""Transforms of pictures: small frozen classes that act on whole batches.

base           the protocol of a transform, and the type of a batch
geometry       turns, zoom, flip, resize, gray and RGB
illumination   light evened out: equalization, gamma, reflectance
face           steps that need to know where the face is
augment        random changes by name, one seed a picture
registry       all by name: `NORMALIZERS` for `normalize`, `COPIES` for offline copies
chain          transforms in order, applied to pictures of any sizes
sizes          what a chain does to the size and shape of pictures
"""
