"""`python -m auditor`, and the `auditor` command."""

import sys


def run() -> None:
    """Runs the command line and leaves with its exit code."""
    from auditor.cli.app import main

    sys.exit(main(sys.argv[1:]))


if __name__ == "__main__":
    run()
