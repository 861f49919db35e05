"""What only a browser can prove: Chromium drives the whole site, in Chinese, on a desk and on a phone."""
