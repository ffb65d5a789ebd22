"""Measuring stored pictures once, for every verb that judges them.

models         the optional model files, and fetching one
face_reader    stored pictures as a measure sees them: gray, whole or cut to the face
duplicates     duplicates among pictures, by thumbnails that a store may keep (`DuplicateSearch`)
whole_store    what only shows among all samples: duplicates, ease
block_reader   blocks of pictures, measured by what each lacks
tools          the measures by kind and method, wherever a process runs
units          measuring as units of work
measure        what a store lacks is measured and kept
latest         what was measured last, kind by kind
reviewed       chances of faults, learned from what people answered
whole_measures  all that look at all samples together (`WHOLE_MEASURES`)
columns        the columns that conditions (`--where`) name
known          scores from what is measured already
instruments    the measures that criteria rest on, and the scores of what they measured
"""
