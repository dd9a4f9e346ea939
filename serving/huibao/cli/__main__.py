"""`python -m huibao.cli` does what `huibao` does."""

import sys

from huibao.cli import main

if __name__ == "__main__":
    sys.exit(main())
