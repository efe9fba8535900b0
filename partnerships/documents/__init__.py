"""Uploaded files: what they must be before they are kept, and what their pages look like."""

from partnerships.documents.inspection import Inspected, inspect
from partnerships.documents.media import PAPERS, SCANS
from partnerships.documents.previews import page_image, page_sizes
from partnerships.documents.sandbox import Undrawable

__all__ = ["PAPERS", "SCANS", "Inspected", "Undrawable", "inspect", "page_image", "page_sizes"]
