"""Figures kept ready for every month and segment.

``changes`` triggers note which months a change concerns · ``freshness`` counts those anew · ``jobs`` the same in the
background · ``lookup`` reads figures from the roll-ups.
"""
