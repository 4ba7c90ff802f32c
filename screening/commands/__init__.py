"""The commands of `frontdoor`, one file for each part of the service; `screening/cli.py` joins them."""
