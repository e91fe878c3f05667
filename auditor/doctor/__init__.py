"""Whether everything is in place for a recording: each leg of the set-up looked at, and what to do where one fails."""
