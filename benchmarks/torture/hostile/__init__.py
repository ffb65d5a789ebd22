"""Tables of hostile inputs, by kind: each with how it must end."""
