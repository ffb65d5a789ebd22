"""Layouts: how an export is laid out for a trainer, and which trainer wants which.

base          what every layout offers, and what it is told
class_codes   the code and the word of each class
encoding      pictures as the bytes of files
trees/        a file a picture
packed/       many pictures a file
registry      the layouts by name
presets       the trainers by name: their layout, and what is to be set there
"""
