"""Steps that need to know where the face is: crop, align, frontalize.

geometry     where the face is in each picture of a batch
crop         cutting the face out
eye_frame    the square in which eyes have fixed places
five_points  similarities that bring five points to those of a template
align        bringing the eyes, or the five points, to their places
mean_shape   the mean frontal shape, from 68 landmarks
frontal      warping a face to it, triangle by triangle
sampling     pictures sampled at any places, in fixed point
"""
