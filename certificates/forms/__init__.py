from certificates.forms.preparing import PrepareForm

__all__ = ["PrepareForm"]
