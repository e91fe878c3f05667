"""What an earlier run left behind, so that what did not change is not done again."""
