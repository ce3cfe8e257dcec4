"""Give records DOIs of our own, by way of a registration agency (DataCite); off unless the settings name one."""

from repository.minting.asking import DoiPanel, ask, doi_panel, is_on, try_again

__all__ = ["DoiPanel", "ask", "doi_panel", "is_on", "try_again"]
