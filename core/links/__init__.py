"""Private links: a customer without a login sees one document, and may answer it, until the link ends."""
