"""Drawn faces and small corpora of them, in the layouts of the real ones.

features    the geometry of a face: who it is and what it does
faces       a face drawn from it
disturb     view, light and faults, down to no face at all
corpus      a plan of faces with planted, recorded faults
fer2013     a corpus written as ``fer2013.csv`` with FER+ votes
ckplus      written in the layouts of CK+
affectnet   written in the layouts of AffectNet
"""
