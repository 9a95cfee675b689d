"""What the templates of the editors' desk ask for."""

from django import template

from initiatives.editorial.dashboard import DashboardBlock, blocks_for

register = template.Library()


@register.simple_tag(takes_context=True)
def work(context) -> list[DashboardBlock]:
    """Return what there is to do, as far as the user may see it."""
    return blocks_for(context["user"])


@register.filter
def without_parts(blocks: list[DashboardBlock]) -> list[DashboardBlock]:
    """Return the blocks in which there is nothing."""
    return [block for block in blocks if not block.parts]
