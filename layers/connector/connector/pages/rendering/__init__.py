"""The parts that every page shares: templates, languages, style, script, and the headers."""
