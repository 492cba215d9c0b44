"""`python -m kmhc_engine` is `kmhc`."""

from kmhc_engine.cli import main

if __name__ == "__main__":
    main()
