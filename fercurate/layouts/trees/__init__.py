"""Layouts in which every picture is a file of its own.

tree             what they share: pictures written by many workers, then the tables
image_folder     a folder a class: torchvision, timm, Keras, POSTER++, DDAMFN
raf_basic        RAF-DB's list of names and codes, with aligned pictures
tables           lists of names and codes, and CSV with a header, one a split
cub              the three lists of CUB-200
affectnet        AffectNet's release of 2021: a .npy file for each annotation
ferplus          the folders of FER+'s own exporter, with votes
"""
