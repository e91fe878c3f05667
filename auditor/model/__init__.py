"""The nouns of the auditor: frozen records, closed vocabularies and the schema of every table."""
