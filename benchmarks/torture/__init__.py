"""The standing campaign against crashes, hangs and lies: `make torture`."""
