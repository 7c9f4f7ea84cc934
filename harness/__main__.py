"""`python -m harness` is `wireproof`."""

from harness.cli import main

if __name__ == "__main__":
    main()
