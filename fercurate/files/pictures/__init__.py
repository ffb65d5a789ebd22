"""From the bytes of an image file to pixels.

decode         the one decoder of pictures
image_kinds    which format a file is, by its bytes
to_uint8       from a picture of any mode to gray or RGB bytes
quiet          no warnings while pictures are decoded
"""
