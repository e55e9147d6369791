"""Which images are taken where nobody names any, and where archives of images are looked for."""

DEFAULT_DATA = "photos"
"""A source that is installed with the libraries."""
DEFAULT_DATA_ROOT = "data"
"""Folder of the archives, relative to the current one."""
IMAGES_GROUP = "selfnas.images"
"""Entry points of sources of images."""
