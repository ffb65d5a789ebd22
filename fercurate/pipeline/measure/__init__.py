"""Measuring stored pictures once, for every verb that judges them.

models         the optional model files, and fetching one
face_reader    stored pictures as a measure sees them: gray, whole or cut to the face
duplicates     duplicates among pictures, by thumbnails that a store may keep (`DuplicateSearch`)
whole_store    what only shows among all samples: duplicates, ease (`WHOLE_MEASURES`)
measure        what a store lacks is measured and kept
columns        the columns that conditions (`--where`) name
known          scores from what is measured already
instruments    the measures that criteria rest on, and the scores of what they measured
"""
