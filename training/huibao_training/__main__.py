"""Lets `python -m huibao_training` run the command line."""

import sys

from huibao_training.cli import main

if __name__ == "__main__":
    sys.exit(main())
