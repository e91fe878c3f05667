"""Many sessions: audited on several workers, kept in one storage, and asked together."""
