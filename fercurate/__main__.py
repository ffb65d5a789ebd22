"""``python -m fercurate``: the same as the command ``fercurate``."""

from fercurate.cli.main import run

if __name__ == "__main__":
    run()
