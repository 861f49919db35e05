"""Order entry: writing a draft down, its page, its grid of lines, and what is suggested meanwhile."""
