"""Addresses as QR codes, drawn into the page without a script or a style."""

import segno
from django.utils.safestring import SafeString, mark_safe


def qr_code(address: str) -> SafeString:
    """The code of an address as inline SVG, ready for a page; made of nothing but figures and fixed names."""
    drawn = segno.make(address, error="m", micro=False)
    return mark_safe(drawn.svg_inline(border=2, omitsize=True, svgclass="qr", lineclass=None))
