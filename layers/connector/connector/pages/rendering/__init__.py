"""What every page shares: templates, languages, style, script, and the headers."""
