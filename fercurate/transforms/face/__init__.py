"""Steps that need to know where the face is: crop, align, frontalize."""
