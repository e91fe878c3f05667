"""Facts in, findings and a verdict out. One module per rule; nothing here sees message content."""
