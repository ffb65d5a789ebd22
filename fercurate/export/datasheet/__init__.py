"""``datasheet.md``: what an export holds, for people.

sheet           the whole, section by section
group_section   samples by what is given of the people in them
face_coverage   of how many samples the face is known, where a step needs it
noise_section   which labels were changed on purpose
questions       the seven headings of a datasheet for datasets
markdown        tables as Markdown has them
"""
