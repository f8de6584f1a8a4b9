"""Badge numbers in recordings are replaced by others: see `hiding`."""

from hardware.pseudonyms.forms import FORMS
from hardware.pseudonyms.hiding import Hiding
from hardware.pseudonyms.names import NoPseudonymError, Pseudonyms

__all__ = ["FORMS", "Hiding", "NoPseudonymError", "Pseudonyms"]
