"""`python -m auditor`, and the `auditor` command."""

import sys


def run() -> None:
    """Runs the command line and leaves with its exit code."""
    try:
        from auditor.cli.app import main

        code = main(sys.argv[1:])
    except KeyboardInterrupt:  # while the program itself was still being loaded, or was ending
        sys.exit(130)
    sys.exit(code)


if __name__ == "__main__":
    run()
