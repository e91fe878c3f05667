"""What holds for all tests: Hypothesis has no deadline, because a busy machine is no failure, and in CI it repeats itself."""

import os

from hypothesis import settings

settings.register_profile("no deadline", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "no deadline")
