"""The peers that fercurate is measured against, each a process of its own."""
