"""The parts of a recipe, a section a module.

splits         where validation comes from
decisions      which decisions by people count, and how
screening      which samples are good enough
label_noise    labels of train that are changed on purpose
balance        how train is balanced and augmented
augmentation   random changes, for offline copies or during training
layouts        what the export is also laid out as
"""
