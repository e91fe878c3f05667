"""The version of the tool, as it stands in the package's metadata."""

from importlib.metadata import PackageNotFoundError, version

NAME = "traffic-auditor"

try:
    VERSION = version(NAME)
except PackageNotFoundError:  # run from a source tree that was never installed
    VERSION = "0+source"
