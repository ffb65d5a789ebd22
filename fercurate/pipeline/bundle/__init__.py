"""``bundle``: what may be shared without a picture, and the same export from one's own copy.

layout       the members of a bundle, and what their columns mean
fingerprint  63 bits of a picture, by which changed copies are told from others
packing      ``bundle``: written
checks       what it says of rows and samples, checked
contents     read again, without trust
matching     which stored picture is which of the bundle
matched      a store as the bundle names its samples
assembling   ``build --bundle``: the plan of the bundle, carried out on one's own pictures
"""
