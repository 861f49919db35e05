"""Demonstration data: an invented trading house in Chinese, the same for the same seed and day.

Companies, towns and people do not exist. Everything recent was done through the services, at moments of the past, so
that its history is real; older orders are born finished, as an import would bring them.
"""
