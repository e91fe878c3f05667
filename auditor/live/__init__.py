"""What a recording shows while it runs: the journal in, a terminal view and a page out. It cannot hurt the recording."""
