"""What the sign-in page of a demonstration shows beside its form."""

from typing import Any

from django import template
from django.conf import settings

register = template.Library()


@register.inclusion_tag("account/demo_accounts.html")
def demo_accounts() -> dict[str, Any]:
    """List the accounts that anybody may sign in with; nothing where the portal is no demonstration."""
    return {"accounts": settings.DEMO_ACCOUNTS, "password": settings.DEMO_PASSWORD}
