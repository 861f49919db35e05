"""What customers want before there is an order: requirements, from the first word to the written confirmation."""
