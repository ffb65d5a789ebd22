"""FER+: votes for FER-2013."""
