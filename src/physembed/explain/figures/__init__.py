"""Pictures of fields and media, one kind per file, described as charts."""
