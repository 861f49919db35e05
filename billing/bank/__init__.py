"""Lines of the bank's list: whose money each may be, and what finance decides."""
