"""CK+ (Extended Cohn-Kanade)."""
