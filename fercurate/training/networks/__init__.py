"""What networks have in common in every framework.

catalog           the models that there are
settings          how each is trained
sampling          which rows an epoch goes through
options           of the command line
progress          the epochs of a run
views             of pictures that are tested: mirrored, shifted
learning          what train.py does in every framework
augmentation      changes of pictures during training
trained_network   a network from a checkpoint
opencv            OpenCV, if it is there
faces             finding faces
drawing           boxes and names
media             pictures and videos
prediction        the script predict.py
"""
